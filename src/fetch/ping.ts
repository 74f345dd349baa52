import type { Ping, PingOutcome } from "../domain/ping.ts";
import { keptConnections, proxiedConnections } from "./connections.ts";
import type { FetchOptions } from "./fetch.ts";
import { freshness, headerOf } from "./freshness.ts";
import { addressGuard } from "./guard.ts";
import { type Answer, hop, type Line } from "./hop.ts";
import { standardLimits } from "./limits.ts";
import { stopped, troubleOf } from "./trouble.ts";

/** A `Ping` and its end. */
export interface Pinger {
  readonly ping: Ping;
  close(): Promise<void>;
}

/** What a hub has to say is not read further, bytes. */
const mostRead = 64 * 1_024;

/**
 * Makes the function that tells hubs of changes, as they expect it: a form with `hub.mode=publish` and `hub.url`
 * (PubSubHubbub 0.3 §7.1; WebSub §5 leaves it to hub and publisher). The same guard, limits and proxy hold as for
 * looks; a hub that redirects is not followed. Throws `AppError("config")` as `politeFetch` does.
 */
export function hubPinger(options: FetchOptions): Pinger {
  const limits = { ...standardLimits, ...options.limits };
  const guard = addressGuard(options.allowPrivateAddresses, options.resolve);
  const connections = options.proxy
    ? proxiedConnections(options.proxy, limits)
    : keptConnections(guard, limits);
  const headers = {
    "user-agent": options.userAgent,
    "content-type": "application/x-www-form-urlencoded",
    "accept-encoding": "identity",
  };
  const underWay = new Set<AbortController>();
  const ping: Ping = async (hub, topic) => {
    const url = new URL(hub);
    const refusal = guard.checkUrl(url);
    if (refusal !== null) return failed(refusal);
    const ending = new AbortController();
    const line: Line = {
      guard,
      connections,
      limits,
      signal: ending.signal,
      stop: (why) => ending.abort(why),
    };
    const late = stopped("timeout", `${url.host} took longer than ${limits.wholeMs / 1_000} s.`);
    const timer = setTimeout(() => ending.abort(late), limits.wholeMs);
    underWay.add(ending);
    try {
      const form = new URLSearchParams({ "hub.mode": "publish", "hub.url": topic }).toString();
      return await hop(url, headers, line, (answer) => outcomeOf(answer, options.clock.now()), form);
    } catch (error) {
      const trouble = troubleOf(line.signal.aborted ? line.signal.reason : error, url.host);
      if (trouble === null) throw error;
      return failed(trouble.message);
    } finally {
      clearTimeout(timer);
      underWay.delete(ending);
    }
  };
  return {
    ping,
    close: async () => {
      for (const ending of underWay) ending.abort(stopped("aborted", "We are stopping."));
      await connections.close();
    },
  };
}

async function outcomeOf({ status, headers, body }: Answer, now: number): Promise<PingOutcome> {
  let read = 0;
  for await (const chunk of body) {
    read += (chunk as Buffer).length;
    if (read > mostRead) break;
  }
  if (status >= 200 && status < 300) return { kind: "taken" };
  const { retryAfterMs } = freshness(headers, now);
  const to = headerOf(headers, "location");
  const isElsewhere = status >= 300 && status < 400 && to !== null;
  const message = isElsewhere
    ? `The hub answers ${status} and leads to ${printable(to)}: set feeds.hub to where it is.`
    : `The hub answers ${status}.`;
  return { kind: "failed", message, retryAfterMs };
}

/** What a stranger's header says, fit for a log. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}

function failed(message: string): PingOutcome {
  return { kind: "failed", message, retryAfterMs: null };
}

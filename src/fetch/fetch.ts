import { setMaxListeners } from "node:events";
import type { Clock } from "../base/clock.ts";
import { parsedUrl } from "../base/url.ts";
import type { Fetch, FetchOutcome, FetchRequest } from "../domain/page.ts";
import { keptConnections, proxiedConnections } from "./connections.ts";
import { addressGuard, type Resolve } from "./guard.ts";
import { hop, type Line } from "./hop.ts";
import { type Limits, standardLimits } from "./limits.ts";
import { outcomeOf } from "./outcome.ts";
import { firstStep, nextStep, type Step } from "./redirect.ts";
import { stopped, trouble, troubleOf } from "./trouble.ts";
import { conditions, sendable } from "./validators.ts";

/** How to look at other people's servers. */
export interface FetchOptions {
  /** `Postwire/<version> (+<site url>)`. */
  readonly userAgent: string;
  /** Opens addresses that are not public: all of them, or those in the listed CIDR blocks. */
  readonly allowPrivateAddresses: boolean | readonly string[];
  /** What `Retry-After` and `Expires` are measured against. */
  readonly clock: Clock;
  readonly limits?: Partial<Limits>;
  /** An HTTP proxy that everything goes through. */
  readonly proxy?: string | null;
  /** Looks names up in place of the system. */
  readonly resolve?: Resolve;
}

/** A `Fetch` and its end: `close` ends what is under way (`aborted`) and waits for it. */
export interface Fetcher {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

const accept =
  "application/atom+xml, application/rss+xml, application/feed+json, text/html, application/xhtml+xml, " +
  "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1";

/**
 * Makes the one function that asks other people's servers: a conditional GET with manners and limits. Throws
 * `AppError("config")` when `allowPrivateAddresses` is not understood.
 */
export function politeFetch(options: FetchOptions): Fetcher {
  const limits = { ...standardLimits, ...options.limits };
  const guard = addressGuard(options.allowPrivateAddresses, options.resolve);
  const connections = options.proxy
    ? proxiedConnections(options.proxy, limits)
    : keptConnections(guard, limits);
  const looks = new Map<AbortController, Promise<FetchOutcome>>();
  let closed = false;

  const fetch: Fetch = async (request) => {
    if (closed || request.signal?.aborted) return trouble("aborted", "The look was called off.");
    const ending = new AbortController();
    // Every hop listens for the end, and many looks may share one signal: that is no leak to warn of.
    setMaxListeners(0, ending.signal, ...(request.signal === undefined ? [] : [request.signal]));
    const line: Line = {
      guard,
      connections,
      limits,
      signal: ending.signal,
      stop: (reason) => ending.abort(reason),
    };
    const look = within(line, request, () => follow(request, line, options));
    looks.set(ending, look);
    return look.finally(() => looks.delete(ending));
  };
  const close = async () => {
    closed = true;
    for (const ending of looks.keys()) ending.abort(stopped("aborted", "The look was called off."));
    await Promise.allSettled(looks.values());
    await connections.close();
  };
  return { fetch, close };
}

/** Runs a look within its time and until its caller loses interest. */
async function within(
  line: Line,
  request: FetchRequest,
  look: () => Promise<FetchOutcome>,
): Promise<FetchOutcome> {
  const callOff = () => line.stop(stopped("aborted", "The look was called off."));
  request.signal?.addEventListener("abort", callOff, { once: true });
  const timer = setTimeout(() => {
    line.stop(stopped("timeout", `The look took longer than ${line.limits.wholeMs / 1_000} s.`));
  }, line.limits.wholeMs);
  try {
    return await look();
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", callOff);
  }
}

async function follow(request: FetchRequest, line: Line, options: FetchOptions): Promise<FetchOutcome> {
  const url = parsedUrl(request.url);
  if (url === null) return trouble("refused-address", "This is no address.");
  let step = firstStep(url);
  let host = "";
  for (;;) {
    // One that is refused is not visited.
    if (step.url.host !== host && line.guard.checkUrl(step.url) === null) {
      const until = (await request.mayVisit?.(step.url.href)) ?? null;
      if (until !== null) return { kind: "resting", url: step.url.href, until };
      host = step.url.host;
    }
    const result = await take(step, request, line, options);
    if ("kind" in result) return result;
    step = result;
  }
}

/** One hop: its outcome, or the step to go on with. What the network threw becomes a value. */
async function take(
  step: Step,
  request: FetchRequest,
  line: Line,
  options: FetchOptions,
): Promise<FetchOutcome | Step> {
  const { url } = step;
  const refusal = line.guard.checkUrl(url);
  if (refusal !== null) {
    return trouble("refused-address", step.trail.length > 0 ? `It redirects astray: ${refusal}` : refusal);
  }
  const validators = sendable(request.validators, url);
  const headers = {
    "user-agent": options.userAgent,
    accept,
    "accept-encoding": "gzip, br",
    ...(step.own ? lowerCased(request.headers) : {}),
    ...conditions(validators),
  };
  try {
    return await hop(url, headers, line, async (answer) => {
      const next = nextStep(step, answer.status, answer.headers, line.limits.maxRedirects);
      return next ?? (await outcomeOf(step, answer, validators, line, options.clock.now()));
    });
  } catch (error) {
    const outcome = troubleOf(line.signal.aborted ? line.signal.reason : error, url.host);
    if (outcome === null) throw error;
    return outcome;
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

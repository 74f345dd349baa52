import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Resolve } from "../../src/fetch/guard.ts";
import { replyOf, robotsReply, unknownPage } from "./answer.ts";
import { chanceOf } from "./chance.ts";
import type { EventClock } from "./clock.ts";
import { delayOf } from "./headers.ts";
import { type Asked, type Entry, nothing } from "./log.ts";
import { isIn, type Web } from "./web.ts";

/** The other side of the network: one real server for all hosts, and what becomes of their names. */
export interface Network {
  readonly log: readonly Entry[];
  readonly port: number;
  readonly resolve: Resolve;
  /** Hangs up on everybody, and waits until that is done. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

/** Tried first, so that addresses, and all that hangs on them, are the same in every run. */
const usualPort = 21_873;

/** Opens the network; `webOf` makes the web, once it is known at which port its addresses are. */
export async function aNetwork(
  clock: EventClock,
  webOf: (port: number) => Web,
): Promise<Network & { web: Web }> {
  const log: Entry[] = [];
  const turns = new Map<string, number>();
  let held = 0;
  const server = createServer((request, response) => void answer(request, response));
  const port = await listening(server, usualPort).catch(() => listening(server, 0));
  const web = webOf(port);
  const turnOf = (of: string) => {
    const turn = (turns.get(of) ?? 0) + 1;
    turns.set(of, turn);
    return turn;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = askedOf(request);
    const at = clock.now();
    const host = request.headers.host ?? "";
    const turn = turnOf(asked.url);
    const leaving = new AbortController();
    response.once("close", () => leaving.abort());
    held++;
    const isSlow = web.hosts.get(host)?.isSlow ?? false;
    await clock.hold(delayOf(chanceOf(web.seed, asked.url, turn), isSlow), leaving.signal);
    held--;
    const isRobots = new URL(asked.url).pathname === "/robots.txt";
    const place = web.places.get(asked.url) ?? null;
    const known = web.hosts.get(host);
    const reply =
      isRobots && known !== undefined
        ? robotsReply({ host: known }, clock.now())
        : place === null
          ? unknownPage
          : replyOf(place, asked, clock.now(), turn);
    const common = { ...asked, host, place, isRobots, at, endedAt: clock.now() };
    if (leaving.signal.aborted) {
      log.push({ ...nothing, ...common, isCutOff: true });
      return;
    }
    log.push({ ...reply.means, ...common, isCutOff: false });
    if (reply.means.status === 0) return request.socket.destroy();
    response.sendDate = false;
    response.writeHead(reply.means.status, { ...reply.headers, connection: "close" }).end(reply.body);
  };

  const resolve: Resolve = async (hostname) => {
    const host = `${hostname}:${port}`;
    const at = clock.now();
    const kind = web.outages.some((span) => isIn(span, at))
      ? chanceOf(web.seed, host, at).pick(["refused", "unreachable", "nameless"] as const)
      : web.hosts.get(host)?.absences.find((span) => isIn(span, at))?.kind;
    if (kind === undefined) return [{ address: "127.0.0.1", family: 4 }];
    await clock.hold(kind === "vanishing" ? 5_000 : 30);
    const nobody: Asked = { url: null, marks: nothing.given, said: "" };
    log.push({
      ...nothing,
      ...nobody,
      host,
      place: null,
      isRobots: false,
      at,
      endedAt: clock.now(),
      isCutOff: false,
    });
    throw Object.assign(new Error(kind), { code: codes[kind] });
  };

  const hangUp = async () => {
    server.closeAllConnections();
    while (held > 0) await new Promise((done) => setImmediate(done));
  };
  return {
    ...{ log, port, web, resolve, hangUp },
    close: async () => {
      await hangUp();
      await new Promise((done) => server.close(done));
    },
  };
}

const codes = {
  refused: "ECONNREFUSED",
  unreachable: "ENETUNREACH",
  nameless: "EAI_AGAIN",
  vanishing: "ETIMEDOUT",
} as const;

/** One string for all who say the same: there are very many. */
const sayings = new Map<string, string>();
const ownPlace = ["host", "if-none-match", "if-modified-since"];

function askedOf({ headers, url, method }: IncomingMessage): Asked & { readonly url: string } {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    ownPlace.includes(name) ? [] : [`${name}: ${value}`],
  );
  const said = [method, ...lines.sort()].join("\n");
  const known = sayings.get(said) ?? said;
  sayings.set(said, known);
  return {
    url: `http://${headers.host}${url}`,
    marks: { etag: headers["if-none-match"] ?? null, modified: headers["if-modified-since"] ?? null },
    said: known,
  };
}

function listening(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

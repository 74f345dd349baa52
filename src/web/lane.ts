import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Shelved } from "../domain/shelf.ts";
import { answerOf, type Published, publishedAt } from "./feeds.ts";
import type { WebNeeds } from "./visit.ts";

/** So many addresses are remembered, none that is longer; then all are forgotten. */
const [mostRemembered, longestRemembered] = [4_096, 200];

/**
 * Answers for published files straight from the socket, and hands everything else, what is not there and what goes
 * wrong too, to `others`. Feeds are most of what a site is asked for, and a `Request`, a `Response` and the headers of
 * both cost several times what the answer does (npm run bench -- feeds-out).
 */
export function feedLane(app: WebNeeds, others: RequestListener): RequestListener {
  const remembered = new Map<string, Published | null>();
  const fileAt = (address: string): Published | null => {
    const known = remembered.get(address);
    if (known !== undefined) return known;
    const [pathname = ""] = address.split("?", 1);
    const file = publishedAt(pathname);
    if (remembered.size >= mostRemembered) remembered.clear();
    if (address.length <= longestRemembered) remembered.set(address, file);
    return file;
  };
  return (request, response) => {
    const { url = "", method } = request;
    const isRead = method === "GET" || method === "HEAD";
    const file = isRead && url.startsWith("/feeds") ? fileAt(url) : null;
    if (file === null) return others(request, response);
    const shelved = app.shelf.atHand(file.path);
    if (shelved !== null) return answer(app, file, shelved, request, response);
    app.shelf.read(file.path).then(
      (read) => (read === null ? others(request, response) : answer(app, file, read, request, response)),
      () => others(request, response),
    );
  };
}

function answer(
  app: WebNeeds,
  file: Published,
  shelved: Shelved,
  { method, headers: asked }: IncomingMessage,
  response: ServerResponse,
): void {
  const { status, headers, body } = answerOf(app, file, shelved, {
    // Node joins repeated ones; only of `set-cookie` it makes a list.
    acceptEncoding: asked["accept-encoding"] as string | undefined,
    purpose: asked["sec-fetch-dest"] as string | undefined,
    ifNoneMatch: asked["if-none-match"],
    ifModifiedSince: asked["if-modified-since"],
  });
  response.writeHead(status, headers as string[]);
  response.end(method === "HEAD" ? null : body);
}

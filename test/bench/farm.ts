// A farm of feeds in a process of its own: one HTTP server on many loopback addresses, so that each source is on a host
// of its own. Told over IPC how to answer; says its port.
import { createServer } from "node:http";

/** How the farm answers from now on. */
export interface Manner {
  /** `validators`: ETag and Last-Modified, and 304 to who brings them. */
  readonly validators: boolean;
  readonly latencyMs: number;
  /** How many posts each feed has, of thirty shown the newest. */
  readonly posts: number;
}

let manner: Manner = { validators: true, latencyMs: 0, posts: 30 };
const shown = 30;
const words =
  "What was seen on the way, told in a few sentences that somebody may want to read in full. ".repeat(6);
const made = new Map<string, string>();

function feedOf(path: string): string {
  const key = `${manner.posts} ${path}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const items = Array.from({ length: shown }, (_, n) => manner.posts - n).map(
    (n) =>
      `<item><guid>${path}/${n}</guid><title>Post ${n} of ${path}</title><link>http://farm.example${path}/${n}</link>` +
      `<pubDate>${new Date(Date.UTC(2026, 0, 1) + n * 3_600_000).toUTCString()}</pubDate><description>${n} of ${path}: ${words}</description></item>`,
  );
  const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>${path}</title><link>http://farm.example${path}</link><description>d</description>${items.join("")}</channel></rss>`;
  if (made.size > 20_000) made.clear();
  made.set(key, feed);
  return feed;
}

const server = createServer({ keepAliveTimeout: 30_000 }, ({ url = "/", headers }, response) => {
  const etag = `"${manner.posts}"`;
  const answer = () => {
    if (manner.validators && headers["if-none-match"] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    response.writeHead(200, {
      "content-type": "application/rss+xml",
      ...(manner.validators
        ? { etag, "last-modified": new Date(Date.UTC(2026, 0, 1) + manner.posts * 1_000).toUTCString() }
        : {}),
    });
    response.end(feedOf(url));
  };
  if (manner.latencyMs > 0) setTimeout(answer, manner.latencyMs);
  else answer();
});
server.listen(0, "0.0.0.0", () => process.send?.(server.address()));
process.on("message", (next: Manner) => {
  manner = next;
  process.send?.("set");
});
process.on("disconnect", () => process.exit());

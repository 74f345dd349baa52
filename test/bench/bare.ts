// The least that serves a file over HTTP: one buffer, its type, its length and its tag, and 304 to who brings the tag.
// `bare.ts FILE CODING` says its port.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const [, , file = "", coding = ""] = process.argv;
const bytes = readFileSync(file);
const etag = '"bare"';
const server = createServer((request, response) => {
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, { ETag: etag }).end();
    return;
  }
  response.writeHead(200, {
    "Content-Type": "application/atom+xml; charset=utf-8",
    "Content-Encoding": coding,
    "Content-Length": bytes.length,
    ETag: etag,
  });
  response.end(bytes);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

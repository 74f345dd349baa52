// The least that serves a file over HTTP: one buffer, and nothing to who brings any tag, with the headers it is given.
// `bare.ts FILE HEADERS` says its port; HEADERS is a JSON object.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const [, , file = "", given = "{}"] = process.argv;
const bytes = readFileSync(file);
const all = Object.entries(JSON.parse(given) as Readonly<Record<string, string>>);
const whole = all.flat();
const fresh = all
  .filter(([name]) => !name.startsWith("content-") || name === "content-security-policy")
  .flat();
const server = createServer((request, response) => {
  if (request.headers["if-none-match"] !== undefined) {
    response.writeHead(304, fresh).end();
    return;
  }
  response.writeHead(200, whole).end(bytes);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { folderShelf } from "../../src/feeds/write.ts";
import { parseXml } from "../../src/feeds/xml.ts";
import { listen } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { atOnce } from "./folder.ts";

const program = fileURLToPath(new URL("publishing.mjs", import.meta.url));
/** Three hundred with `npm run kills`. */
const kills = Number(process.env.KILLS ?? 10);
const paths = ["all", "c/tech", "s/blog"].flatMap((stem) =>
  ["atom", "rss", "json", "html"].map((format) => `feeds/${stem}.${format}`),
);

/** Throws when these are not the bytes of a whole feed. */
function parse(path: string, bytes: Buffer): void {
  if (path.endsWith(".json")) JSON.parse(bytes.toString());
  else if (path.endsWith(".html"))
    expect(bytes.toString().trimEnd()).toMatch(/^<!doctype html>.*<\/html>$/is);
  else parseXml(bytes.toString());
}

/** A site that is published by a process of its own, and served by this one. */
async function aSite() {
  const app = await anApp({
    config: 'sources: [{ id: blog, url: "https://blog.example/posts" }]\nweb: { listen: "127.0.0.1:0" }',
  });
  const server = await listen(app);
  onTestFinished(() => server.close());
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [program, app.folder], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    return child;
  };
  const served = async (path: string, coding: string): Promise<Buffer> => {
    const headers = { "accept-encoding": coding };
    const sent = request(`${server.address}/${path}`, { headers, agent: false }).end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync }[response.headers["content-encoding"] ?? ""];
    if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}`);
    return (unpack ?? ((bytes: Buffer) => bytes))(Buffer.concat(chunks));
  };
  return { app, root: join(app.folder, "public"), start, served };
}

test(`${kills} SIGKILLs of a process that publishes break no read, of the folder or of the web`, {
  timeout: 60_000 + kills * 10_000,
}, async () => {
  const { root, start, served } = await aSite();
  const seen = { whole: 0, packed: 0, served: 0 };
  const read = async (n: number) => {
    const path = paths[n % paths.length] ?? "";
    await atOnce(join(root, path), seen, (bytes) => parse(path, bytes));
    parse(path, await served(path, ["br", "gzip", "identity"][n % 3] ?? ""));
    seen.served++;
  };
  for (let kill = 0; kill < kills; kill++) {
    const child = await start();
    // Not the clock decides when it dies but how much was read: a different moment each time.
    for (let n = 0; n < 3 + ((kill * 7) % 19); n++) await read(kill + n);
    child.kill("SIGKILL");
    await once(child, "exit");
    for (let n = 0; n < paths.length; n++) await read(n);
  }

  const last = await start();
  last.kill("SIGTERM");
  await once(last, "exit");
  const shelf = await folderShelf(root);
  const left = (await readdir(root, { recursive: true })).filter((name) => name.includes(".postwire"));
  expect(left).toEqual([]);
  expect(await shelf.list("feeds")).toEqual([...paths, "feeds/feed.css", "feeds/icon.svg"].toSorted());
  expect(seen.served).toBeGreaterThanOrEqual(kills * (paths.length + 3));
  expect(seen.packed).toBeGreaterThan(0);
  console.log(`${kills} kills: ${seen.served} answers and ${seen.whole} files read, none broken`);
});

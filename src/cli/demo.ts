import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { bundled } from "../app/bundled.ts";
import { readConfig } from "../app/reader.ts";
import { type App, openApp } from "../app.ts";
import { AppError } from "../base/errors.ts";
import { jsonLog } from "../base/log.ts";
import { opmlPath } from "../domain/address.ts";
import { groupByCategory } from "../domain/issue.ts";
import { listen } from "../web/server.ts";
import { type CommonOptions, common, contextOf } from "./context.ts";
import { counted, type Output } from "./output.ts";
import { work } from "./serve.ts";

interface DemoFlags extends CommonOptions {
  readonly once?: boolean;
}

interface SampleSite {
  readonly sampleSite: (posts: () => readonly unknown[]) => RequestListener;
  readonly samplePosts: readonly unknown[];
}

const reader = "reader@example.org";

export function demoCommand(program: Command): void {
  common(
    program
      .command("demo")
      .description("the whole way on a sample site: page → posts → feeds → digest → inbox"),
    "postwire demo --once",
  )
    .option("--once", "do it, print the paths of what was made, and end")
    .action(demo);
}

/** Everything is real but the site, which is served from `examples/`, and the mail, which goes into a folder. */
async function demo(flags: DemoFlags): Promise<void> {
  const { out, log } = contextOf(flags);
  const site = await serveSample();
  const folder = mkdtempSync(join(tmpdir(), "postwire-demo-"));
  const config = await demoConfig(folder, portOf(site), flags.once ?? false);
  const app = await openApp(config, flags.verbose ? log : jsonLog("error"));
  try {
    const made = await goTheWholeWay(app, flags.once ? () => {} : (line) => out.say(line));
    if (flags.once) printPaths(out, made);
    else await stay(app, out, folder, portOf(site));
  } finally {
    await app.close();
    site.close();
    site.closeAllConnections();
  }
}

async function serveSample(): Promise<Server> {
  const module = pathToFileURL(join(bundled("examples"), "site", "site.mjs")).href;
  const { sampleSite, samplePosts } = (await import(module)) as SampleSite;
  const server = createServer(sampleSite(() => samplePosts));
  await listening(server, 0);
  return server;
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** 8080 where it is free, else any port that is. */
async function freePort(): Promise<number> {
  for (const wanted of [8080, 0]) {
    const server = createServer();
    try {
      await listening(server, wanted);
      return portOf(server);
    } catch {
    } finally {
      server.close();
    }
  }
  throw new AppError("busy", "No port of 127.0.0.1 is free.");
}

async function demoConfig(folder: string, sitePort: number, isOnce: boolean) {
  const port = isOnce ? 8080 : await freePort();
  const file = join(folder, "postwire.yaml");
  writeFileSync(file, yamlOf(sitePort, port));
  return readConfig(file, {
    POSTWIRE_SECRET: randomBytes(32).toString("hex"),
    POSTWIRE_ADMIN_PASSWORD: "demo",
  });
}

function yamlOf(sitePort: number, port: number): string {
  return `site: { title: "Field Notes, weekly", url: "http://127.0.0.1:${port}", language: en, timeZone: UTC, author: Field Notes, imprint: "Field Notes · a sample site · 1 River Lane" }
web: { listen: "127.0.0.1:${port}" }
polling: { allowPrivateAddresses: ["127.0.0.0/8"], hostGap: 0s }
sources:
  - { id: field-notes, name: Field Notes, url: "http://127.0.0.1:${sitePort}/", read: { kind: auto }, pages: 2, backfill: all }
categories: { order: [Rivers, Maps, Tools], rename: { 河流: Rivers, 地图: Maps, 工具: Tools } }
mail: { transport: folder, from: "Field Notes <digest@example.org>", rate: none }
`;
}

interface Made {
  readonly feeds: readonly string[];
  readonly mails: readonly string[];
}

async function goTheWholeWay(app: App, say: (line: string) => void): Promise<Made> {
  const { jobs, config } = app;
  const looked = await jobs.refresh();
  if (looked.new === 0) throw new AppError("unreadable", "The demo found no posts on the sample site.");
  say(`✓ Read the sample listing: ${counted(looked.new, "post")}, no selector given.`);
  const published = await jobs.publish();
  say(
    `✓ Published ${counted(published.written, "file")}: Atom, RSS and JSON for everything, each category, each source.`,
  );
  await confirmReader(app);
  say(`✓ ${reader} signed up and confirmed.`);
  const digest = await jobs.digest({ anyway: true });
  if (digest.issue === null) throw new AppError("unreadable", "The demo opened no digest.");
  await refuseThinDigest(app, digest.issue);
  const delivered = await jobs.deliver({ wait: true });
  if (delivered.sent === 0) throw new AppError("mail", "The demo delivered no digest.");
  say(`✓ Opened issue ${digest.issue} with ${counted(digest.posts, "post")} and delivered it.`);
  const shelf = join(config.data, "public");
  const mails = join(config.data, "mail");
  return {
    feeds: [...(await app.shelf.list("feeds")), opmlPath].map((path) => join(shelf, path)),
    mails: readdirSync(mails)
      .filter((name) => name.endsWith(".eml"))
      .map((name) => join(mails, name)),
  };
}

/** Signs the sample reader up the way a visitor does: a request, a mail, a confirmation. */
async function confirmReader(app: App): Promise<void> {
  await app.subscribing.signUp({
    email: reader,
    categories: null,
    language: null,
    network: "demo",
    shownIn: "en",
  });
  await app.jobs.deliver({ wait: true });
  const [mail] = await app.store.listDeliveries({ issue: null, state: "sent", after: 0, limit: 1 });
  if (mail?.errand.kind !== "confirm" || app.tokens === null)
    throw new AppError("mail", "The demo's confirmation was not mailed.");
  const confirmed = await app.subscribing.confirm(app.tokens.confirm(mail.errand.nonce));
  if (confirmed.kind !== "confirmed") throw new AppError("mail", "The demo's confirmation did not work.");
}

async function refuseThinDigest(app: App, number: number): Promise<void> {
  const issue = await app.store.getIssue(number);
  const sections = groupByCategory(issue?.posts ?? [], null, []).filter(({ category }) => category !== null);
  if (sections.length < 2)
    throw new AppError(
      "unreadable",
      `The demo's digest has ${sections.length} categories; it should have several.`,
    );
}

function printPaths(out: Output, { feeds, mails }: Made): void {
  for (const path of [...feeds, ...mails]) {
    out.json({ path });
    out.say(path);
  }
}

/** Serves the web and keeps working until Ctrl-C. */
async function stay(app: App, out: Output, folder: string, sitePort: number): Promise<void> {
  const web = await listen(app);
  work(app);
  const { url } = app.config.site;
  out.say(`
Open
  ${url}/                    the latest posts
  ${url}/feeds/all.atom      what a feed reader gets
  ${url}/issues/1            the digest on the web
  ${url}/subscribe           signing up (mails go into the folder below)
  ${url}/admin               the status page (password: demo)
  http://127.0.0.1:${sitePort}/           the sample site itself
Files
  ${folder}/data

Stop it with Ctrl-C.`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
  });
  await web.close();
}

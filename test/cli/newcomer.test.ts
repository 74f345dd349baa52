import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { samplePosts, sampleSite } from "../../examples/site/site.mjs";
import { cli } from "../support/cli.ts";
import { aFolder } from "../support/store.ts";

const env = { POSTWIRE_SECRET: "a secret for one test only" };

async function aSite(): Promise<string> {
  const site = createServer(sampleSite(() => samplePosts));
  await new Promise<void>((resolve) => {
    site.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    site.close();
    site.closeAllConnections();
  });
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
}

describe("the way of a newcomer", () => {
  test("init, add, refresh, publish, subscribe, digest, deliver: a feed and a mail at the end", {
    timeout: 60_000,
  }, async () => {
    const [cwd, site] = [aFolder(), await aSite()];
    const run = (...args: string[]) => cli(args, { cwd, env });

    expect(await run("init", "--title", "Field Weekly", "--url", "https://weekly.example.org")).toMatchObject(
      { status: 0 },
    );
    const config = join(cwd, "postwire.yaml");
    writeFileSync(
      config,
      readFileSync(config, "utf8")
        .replace("allowPrivateAddresses: false", "allowPrivateAddresses: true")
        .replace("hostGap: 2s", "hostGap: 0s"),
    );
    const added = await run("add", site, "--id", "notes", "--category", "Field", "--json");
    expect(added.lines).toEqual([{ id: "notes", url: site, items: 10, config }]);
    expect(readFileSync(config, "utf8")).toContain(
      "# how often a source is looked at, unless it asks for more rest",
    );

    expect((await run("run", "refresh", "--json")).lines).toEqual([
      { job: "refresh", looked: 1, unchanged: 0, new: 10, changed: 0, held: 0, failed: 0 },
    ]);
    expect((await run("run", "publish", "--json")).lines[0]).toMatchObject({ job: "publish", leftOut: 0 });
    expect(existsSync(join(cwd, "data", "public", "feeds", "c", "field.atom"))).toBe(true);
    const posts = (await run("posts", "--json")).lines;
    expect(posts).toHaveLength(10);
    expect(posts.at(-1)).toMatchObject({
      source: "notes",
      title: "Reading a river gauge without getting wet",
      url: `${site}posts/reading-a-river-gauge`,
      page: expect.stringMatching(/^https:\/\/weekly\.example\.org\/p\/\d+$/),
      categories: expect.arrayContaining(["Rivers", "Field"]),
      date: "2026-01-16",
      publishedAt: "2026-01-16T00:00:00.000Z",
      dateOnly: true,
      alsoAt: [],
      held: false,
    });

    await run("subscribers", "add", "anna@example.org", "--as", "confirmed", "--category", "Field");
    const digest = await run("run", "digest", "--now", "--json");
    expect(digest.lines[0]).toMatchObject({ job: "digest", opened: 1, issue: 1, candidates: 1 });
    expect((await run("run", "deliver", "--wait", "--json")).lines).toEqual([
      { job: "deliver", sent: 1, failed: 0, deferred: 0, unknown: 0, cancelled: 0 },
    ]);
    expect(readdirSync(join(cwd, "data", "mail"))).toEqual(["1.eml"]);
    expect((await run("issues", "--json")).lines[0]).toMatchObject({
      issue: 1,
      cadence: "weekly",
      state: "done",
      candidates: 1,
      sent: 1,
    });
    expect((await run("deliveries", "--issue", "1", "--json")).lines[0]).toMatchObject({
      id: 1,
      issue: 1,
      email: "anna@example.org",
      state: "sent",
      attempts: 1,
    });
    expect((await run("sources", "--json")).lines[0]).toMatchObject({
      id: "notes",
      address: site,
      kind: "selectors",
      state: "fine",
      failures: 0,
      posts: 10,
    });
  });

  test("reads every command's help with an example", { timeout: 60_000 }, async () => {
    const cwd = aFolder();
    const helps = await Promise.all(
      [
        "init",
        "try",
        "add",
        "check",
        "run refresh",
        "serve",
        "status",
        "sources",
        "posts",
        "subscribers import",
        "issues",
        "deliveries resolve",
        "demo",
      ].map((command) => cli([...command.split(" "), "--help"], { cwd })),
    );

    for (const help of helps)
      expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("Example:\n  $ postwire ") });
  });
});

describe("trying a page", () => {
  test("prints one JSON line an input, in order, and says which cannot be read", async () => {
    const cwd = aFolder();
    const page =
      "<main><article><h2><a href='/a'>First of May</a></h2><time datetime='2026-05-01'>1 May</time></article><article><h2><a href='/b'>Second of May</a></h2><time datetime='2026-05-02'>2 May</time></article><article><h2><a href='/c'>Third of May</a></h2><time datetime='2026-05-03'>3 May</time></article></main>";
    writeFileSync(join(cwd, "page.html"), `<html lang="en"><title>Days</title><body>${page}</body></html>`);
    writeFileSync(
      join(cwd, "feed.xml"),
      '<rss version="2.0"><channel><title>F</title><link>https://f.example/</link><description>d</description><item><title>T</title><link>https://f.example/t</link></item></channel></rss>',
    );
    writeFileSync(
      join(cwd, "list.jsonl"),
      '{"file":"feed.xml","base":"https://f.example/feed","headers":{"Content-Type":"application/rss+xml"}}\n',
    );

    const tried = await cli(
      [
        "try",
        "page.html",
        "nothing.html",
        "--base",
        "https://days.example/",
        "--from",
        "list.jsonl",
        "--json",
      ],
      { cwd },
    );

    expect(tried.status).toBe(1);
    expect(tried.lines).toHaveLength(3);
    expect(tried.lines[0]).toMatchObject({
      kind: "listing",
      title: "Days",
      language: "en",
      feed: null,
      url: "https://days.example/",
    });
    expect((tried.lines[0]?.items as unknown[] | undefined)?.[0]).toEqual({
      title: "First of May",
      url: "https://days.example/a",
      guid: null,
      publishedAt: "2026-05-01T00:00:00.000Z",
      dateOnly: true,
      date: "2026-05-01",
      categories: [],
      author: null,
      text: expect.stringContaining("First of May"),
      html: null,
      image: null,
      updatedAt: null,
      enclosures: [],
    });
    expect(tried.lines[1]).toEqual({
      url: "nothing.html",
      error: { code: "unreadable", message: "It is no http(s) address, and there is no such file." },
    });
    expect(tried.lines[2]).toMatchObject({ kind: "feed", feed: { title: "F", link: "https://f.example/" } });
  });

  test("does not go to private addresses unless the configuration allows it", async () => {
    const [cwd, site] = [aFolder(), await aSite()];

    const tried = await cli(["try", site, "--json"], { cwd });

    expect(tried.status).toBe(1);
    expect(tried.lines[0]).toMatchObject({ url: site, error: { code: "unreadable" } });
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { cli } from "../support/cli.ts";
import { serve } from "../support/server.ts";
import { aFolder } from "../support/store.ts";

const fixture = (path: string) => readFileSync(new URL(`../listings/${path}`, import.meta.url), "utf8");
const script = "<html><title>App</title><body><div id=root></div></body></html>";

/** Tries a blog, a shop, a post by itself and a page that only scripts fill, all at once. */
async function tryAll(...flags: string[]) {
  const headers = { "content-type": "text/html; charset=utf-8" };
  const server = await serve({
    "/blog": { headers, body: fixture("blog-en/page.html") },
    "/shop": { headers, body: fixture("none-shop.html") },
    "/post": { headers, body: fixture("none-article.html") },
    "/app": { headers, body: script },
  });
  onTestFinished(() => server.close());
  const cwd = aFolder();
  writeFileSync(
    join(cwd, "postwire.yaml"),
    `site: { title: A, url: "https://a.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: []
mail: { transport: folder }\n`,
  );
  const urls = ["/blog", "/shop", "/post", "/app"].map((path) => `${server.url}${path}`);
  return cli(["try", ...urls, ...flags], { cwd, env: { POSTWIRE_SECRET: "a secret for one test only" } });
}

test("trying says what was found and why, what was left out and why, how sure it is and what it would pin; of a page that is no listing, that it is none, why, and what to do", async () => {
  const { status, stdout } = await tryAll();
  const [blog = "", shop = "", post = "", app = ""] = stdout.split(/\n(?=[✓!] )/);

  expect(status).toBe(0);
  expect(blog).toMatch(/^✓ Plot Seventeen .*: a listing with 6 posts, \d+ % \(sure\)\.\n/);
  expect(blog).toContain(
    '6 posts were found as repeated cards ("article"): 6 with a date, 6 with an address.',
  );
  expect(blog).toMatch(/What speaks for them: the markup calls them posts, their dates are in order, /);
  expect(blog).toMatch(
    /5 elements at ".*widget_popular.*" were left out: they stand in a box of recommendations\./,
  );
  expect(parse(/would be read with:\n((?: {2}.*\n)+)/.exec(blog)?.[1] ?? "")).toMatchObject({
    read: { kind: "selectors", item: "article", title: "h2", link: "h2 a@href", date: "time@datetime" },
  });
  expect(blog).toMatch(/^2026-01-12 {2}Citrus +Repotting a lemon tree in the wrong month$/m);

  expect(shop).toContain('9 elements at "li.product" were left out: they have no dates, but prices');
  expect(post).toContain('8 elements at "article.story > p" were left out: they have neither dates nor');
  for (const none of [shop, post, app]) {
    expect(none).toMatch(/^! .*: no list of posts was found\.\n/);
    expect(none).toMatch(/\nWhat to do:\n {2}Try the page of the site that lists its posts/);
    expect(none).not.toContain("would be read with");
  }
});

test("trying tells scripts the same: the reading, how sure it is, and notes", async () => {
  const [blog, ...nones] = (await tryAll("--json")).lines;

  expect(blog).toMatchObject({
    ...{ kind: "listing", confidence: expect.any(Number) },
    read: { kind: "selectors", item: "article", title: "h2", link: "h2 a@href", date: "time@datetime" },
    notes: expect.arrayContaining([
      expect.stringMatching(/^What speaks for them/),
      expect.stringMatching(/were left out: they/),
    ]),
  });
  for (const none of nones) {
    expect(none).toMatchObject({
      ...{ items: [], confidence: 0, read: { kind: "auto" } },
      notes: expect.arrayContaining(["No list of posts was found on this page."]),
    });
  }
});

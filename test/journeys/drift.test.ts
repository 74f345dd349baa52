import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { healthOf, healthSentence } from "../../src/domain/health.ts";
import { aHouse, type House } from "../support/house.ts";
import { serve, type TestServer } from "../support/server.ts";

const subjects = [
  "a map of the mill pond",
  "the second survey of the north lane",
  "how chalk lines were drawn",
  "a ford that nobody uses",
  "three words for a hedge",
  "the bell that was lent",
  "what the ferry carried",
  "a wall older than its church",
];
const days = [13, 12, 10, 9, 7, 6, 4, 2];

/** The posts of the site, by number; what is between them is what changes. */
const posts = (numbers: readonly number[], card: (n: number) => string) => numbers.map(card).join("\n");
const title = (n: number) => `Notes on ${subjects[n]}`;
const words = (n: number) => `What there is to say about ${subjects[n]}, and a little more than that.`;
const first = (n: number) =>
  `<li class="entry"><h2 class="entry-title"><a href="/notes/${n}">${title(n)}</a></h2><time datetime="2026-01-${days[n]}">${days[n]} January</time><p>${words(n)}</p></li>`;
const second = (n: number) =>
  `<div class="tile"><span class="tile-date">${days[n]} January 2026</span><h3><a href="/notes/${n}">${title(n)}</a></h3><div>${words(n)}</div></div>`;

const menu = `<nav><ul class="menu"><li><a href="/">All of our notes</a></li><li><a href="/about">About this place</a></li><li><a href="/how-to">How to take part</a></li></ul></nav>`;
const popular = `<aside class="popular"><h3>Much read</h3><ul>${[7, 5, 3].map((n) => `<li><a href="/notes/${n}">${title(n)}</a></li>`).join("")}</ul></aside>`;
const site = (main: string) =>
  `<html lang="en"><title>Notes</title><body><header>${menu}</header><main>${main}</main>${popular}<footer><a href="/imprint">Imprint of the society</a></footer></body></html>`;
const firstList = (numbers: readonly number[]) => site(`<ul class="entries">${posts(numbers, first)}</ul>`);
const secondList = (numbers: readonly number[]) =>
  site(`<div class="shell"><section class="tiles">${posts(numbers, second)}</section></div>`);
const botCheck = readFileSync(new URL("../listings/none-bot-check.html", import.meta.url), "utf8");

let server: TestServer;
let house: House;
let at: number;

beforeEach(async () => {
  server = await serve();
  onTestFinished(() => server.close());
  house = await aHouse(
    `site: { title: U, url: "https://u.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: notes, url: "${server.url}/" }]`,
    "2026-01-14T00:00:00Z",
    {},
  );
  at = Date.parse("2026-01-14T00:00:00Z");
});

/** A look at the page as it is then, six hours after the last one. */
async function lookAt(page: string) {
  server.on("/", { headers: { "content-type": "text/html; charset=utf-8" }, body: page });
  at += 6 * 3_600_000;
  house.setClock(new Date(at).toISOString());
  return house.app.jobs.refresh({ force: true });
}

async function titles(): Promise<readonly string[]> {
  const kept = await house.app.store.listPosts({ source: "notes", after: 0, limit: 100 });
  return kept.map((post) => post.title);
}

async function health() {
  const row = (await house.app.store.listSources()).find(({ id }) => id === "notes");
  if (row === undefined) throw new Error("there is no such source");
  const { state } = healthOf(row, at);
  return { state, sentence: healthSentence(row, healthOf(row, at), house.app.speech.in("en"), at) };
}

const six = [2, 3, 4, 5, 6, 7].map(title).toReversed();

describe("a page in a new template", () => {
  test("is read in a new way: no post twice, the new ones kept, the operator told", async () => {
    expect(await lookAt(firstList([2, 3, 4, 5, 6, 7]))).toMatchObject({ new: 6 });

    expect(await lookAt(secondList([1, 2, 3, 4, 5, 6]))).toMatchObject({ new: 1, failed: 0 });

    expect(await titles()).toEqual([...six, title(1)]);
    expect(await health()).toMatchObject({ state: "changed", sentence: expect.stringContaining("changed") });
    expect(await lookAt(secondList([0, 1, 2, 3, 4, 5]))).toMatchObject({ new: 1 });
    expect(await titles()).toEqual([...six, title(1), title(0)]);
    expect(await health()).toMatchObject({ state: "fine" });
  });

  test("with none of the known posts on it is left alone, and the operator told", async () => {
    await lookAt(firstList([4, 5, 6, 7]));

    for (let n = 0; n < 3; n++) {
      expect(await lookAt(`${secondList([0, 1, 2, 3])}<!-- ${n} -->`)).toMatchObject({ new: 0 });
    }

    expect(await titles()).toEqual(six.slice(0, 4));
    const { state, sentence } = await health();
    expect(state).toBe("empty");
    expect(sentence).toContain(`"${title(0)}" and so on, 4 in all`);
    expect(sentence).toContain("the layout may have changed");
  });
});

describe("a page without its posts", () => {
  test.each([
    ["an empty list", site('<ul class="entries"></ul>')],
    [
      "a page that says it is none",
      site("<h1>Page not found</h1><p>We could not find what you asked for.</p>"),
    ],
    [
      "an error page in the markup of a post",
      site(
        '<ul class="entries"><li class="entry"><h2 class="entry-title"><a href="/">Nothing was found</a></h2><p>Try a search.</p></li></ul>',
      ),
    ],
    ["a bot check", botCheck],
  ])("brings none: %s", async (_, page) => {
    await lookAt(firstList([2, 3, 4, 5, 6, 7]));

    for (let n = 0; n < 3; n++) await lookAt(page);

    expect(await titles()).toEqual(six);
    expect(await health()).toMatchObject({
      state: "empty",
      sentence: expect.stringContaining("the layout may have changed"),
    });

    expect(await lookAt(firstList([1, 2, 3, 4, 5, 6]))).toMatchObject({ new: 1 });
    expect(await titles()).toEqual([...six, title(1)]);
    expect(await health()).toMatchObject({ state: "fine" });
  });
});

test("a page whose posts are all new, in the old template, is read as ever", async () => {
  await lookAt(firstList([4, 5, 6, 7]));

  expect(await lookAt(firstList([0, 1, 2, 3]))).toMatchObject({ new: 4 });
  expect(await health()).toMatchObject({ state: "fine" });
});

test("a single new post is one, in the old template", async () => {
  await lookAt(firstList([4, 5, 6, 7]));

  expect(await lookAt(firstList([0]))).toMatchObject({ new: 1 });
});

test("new posts among the old ones in a template of their own are kept, and no old one is lost", async () => {
  await lookAt(firstList([4, 5, 6, 7]));
  const mixed = (numbers: readonly number[], old: readonly number[]) =>
    site(`<ul class="entries">${posts(numbers, second)}${posts(old, first)}</ul>`);

  expect(await lookAt(mixed([2, 3], [4, 5]))).toMatchObject({ new: 2 });

  expect(await lookAt(mixed([0, 1, 2, 3], []))).toMatchObject({ new: 2 });
  expect(new Set(await titles()).size).toBe(8);
});

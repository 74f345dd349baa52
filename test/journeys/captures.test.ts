import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { squash } from "../../src/base/text.ts";
import { aHouse } from "../support/house.ts";
import { serve } from "../support/server.ts";

/** Looks at one text source whose page is each of `captures` in turn, a day apart; gives the posts that are kept. */
async function afterAll(captures: readonly string[]) {
  const server = await serve();
  onTestFinished(() => server.close());
  const house = await aHouse(
    `site: { title: C, url: "https://c.example", timeZone: Asia/Shanghai }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: notes, url: "${server.url}/latest.txt", read: { kind: text } }]`,
    "2026-01-12T00:00:00Z",
    {},
  );
  for (const [n, body] of captures.entries()) {
    server.on("/latest.txt", { headers: { "content-type": "text/plain; charset=utf-8" }, body });
    house.setClock(`2026-01-${12 + n}T00:00:00Z`);
    const looked = await house.app.jobs.refresh({ force: true });
    expect(looked).toMatchObject({ looked: 1, failed: 0 });
  }
  return await house.app.store.listPosts({ source: "notes", after: 0, limit: 100 });
}

const long = (start: string) =>
  `${start} ${"and so it goes on for a while with what there is to say about it ".repeat(4)}...`;

describe("a plain-text listing that changes", () => {
  test("keeps each post once, with category and date wherever one appearance had them", async () => {
    const bare = `SIGNALS\n\n${long("One")}\n${long("Two")}\nTools\n2026-01-11\n${long("Three")}\n1 2`;
    const later = `SIGNALS\n\n${long("Zero")}\nMaps\n2026-01-10\n${long("One")}\n${long("Two")}\n${long("Three").replace(/ and so/, "\nand   so")}\n1 2`;

    const posts = await afterAll([bare, later, bare]);

    expect(
      posts.map(({ text, categories, dateOn }) => [text?.split(" ")[0], categories, dateOn]).toSorted(),
    ).toEqual([
      ["One", ["Maps"], "2026-01-10"],
      ["Three", ["Tools"], "2026-01-11"],
      ["Two", [], null],
      ["Zero", [], null],
    ]);
  });
});

const folder = fileURLToPath(new URL("../../../shared/corpora/captures", import.meta.url));

interface Expected {
  readonly category: string | null;
  readonly date: string | null;
  readonly textStart: string;
  readonly textEnd: string;
}

describe.skipIf(!existsSync(folder))(
  "the sample captures (skipped where ../shared/corpora is absent)",
  () => {
    test("after all three the store holds each distinct post once, with everything any appearance had", async () => {
      const names = readdirSync(folder)
        .filter((name) => name.endsWith(".txt"))
        .toSorted();
      const { union } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
        union: { posts: readonly Expected[] };
      };

      const posts = await afterAll(names.map((name) => readFileSync(join(folder, name), "utf8")));

      const seen = posts.map(({ text, categories, dateOn }) => {
        const characters = [...squash(text ?? "")];
        const textStart = characters.slice(0, 40).join("");
        const textEnd = characters.slice(-20).join("");
        return { category: categories[0] ?? null, date: dateOn, textStart, textEnd };
      });
      const byText = (a: Expected, b: Expected) =>
        a.textStart + a.textEnd < b.textStart + b.textEnd ? -1 : 1;
      const wanted = union.posts.map(({ category, date, textStart, textEnd }) => ({
        category,
        date,
        textStart,
        textEnd,
      }));
      expect(seen.toSorted(byText)).toEqual(wanted.toSorted(byText));
      expect(posts.every(({ url, title }) => url === null && title.trim() !== "")).toBe(true);
    });
  },
);

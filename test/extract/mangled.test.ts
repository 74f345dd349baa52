import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { extract } from "../../src/extract/registry.ts";
import { decodeBytes } from "../../src/fetch/decode.ts";
import { isLong } from "../support/long.ts";
import { aPage } from "./pages.ts";

const numRuns = isLong ? 3_000 : 40;

/** Fixtures in a charset that can say nearly all of them. */
const written = [
  ["news-zh-hans", "gb18030"],
  ["news-zh-hant", "big5"],
  ["town-ja", "shift_jis"],
  ["blog-ja", "euc-jp"],
  ["board-ko", "euc-kr"],
  ["magazine-fr", "utf-8"],
  ["headlines", "utf-16le"],
  ["jekyll-pt", "utf-16be"],
] as const;
type Charset = (typeof written)[number][1];

const tables = new Map<Charset, ReadonlyMap<string, Uint8Array>>();

/** What a charset of two bytes says, turned round: characters to bytes. */
function tableOf(charset: Charset): ReadonlyMap<string, Uint8Array> {
  const known = tables.get(charset);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(charset, { fatal: true });
  const table = new Map<string, Uint8Array>();
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = 0x40; trail < 0xff; trail++) {
      const bytes = Uint8Array.of(lead, trail);
      try {
        const text = decoder.decode(bytes);
        if ([...text].length === 1 && !table.has(text)) table.set(text, bytes);
      } catch {
        // No character.
      }
    }
  }
  tables.set(charset, table);
  return table;
}

/** A text in a charset; characters that it lacks become question marks. */
function encoded(text: string, charset: Charset): Buffer {
  if (charset === "utf-8") return Buffer.from(text);
  if (charset === "utf-16le") return Buffer.from(text, "utf16le");
  if (charset === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  const table = tableOf(charset);
  return Buffer.concat(
    [...text].map((char) => (char < "\x80" ? Buffer.from(char) : (table.get(char) ?? Buffer.from("?")))),
  );
}

/** The page of a fixture without what it says of its charset. */
const pages = written.map(([name, charset]) => {
  const text = readFileSync(new URL(`../listings/${name}/page.html`, import.meta.url), "utf8")
    .replace(/<meta[^>]*charset[^>]*>/gi, "")
    .replace(/^<\?xml[^>]*>/, "");
  return { name, charset, bytes: encoded(text, charset) };
});

const labels = [
  null,
  "utf-8",
  "iso-8859-1",
  "gb2312",
  "big5",
  "shift_jis",
  "euc-kr",
  "euc-jp",
  "utf-16",
  "x-none",
];
const label = fc.constantFrom(...labels).map((name) => name && `text/html; charset=${name}`);

/** Bytes flipped, cut out, put in, or said twice. */
const harm = fc.record({
  at: fc.nat(),
  way: fc.constantFrom("flip", "cut", "insert", "twice", "end"),
  some: fc.uint8Array({ minLength: 1, maxLength: 9 }),
});

function harmed(bytes: Buffer, { at, way, some }: { at: number; way: string; some: Uint8Array }): Buffer {
  const from = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  switch (way) {
    case "flip":
      return Buffer.concat([before, some, after.subarray(some.length)]);
    case "cut":
      return Buffer.concat([before, after.subarray(some.length)]);
    case "insert":
      return Buffer.concat([before, some, after]);
    case "twice":
      return Buffer.concat([before, after.subarray(0, 300), after]);
    default:
      return before;
  }
}

describe("a page in any charset", () => {
  test.each(pages)(
    "is read as it was written, whatever it is called: $name in $charset",
    ({ charset, bytes }) => {
      const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
      for (const name of labels) {
        const decoded = decodeBytes(bytes, name && `text/html; charset=${name}`);
        expect({ name, charset: decoded.charset }).toEqual({ name, charset });
        expect(decoded.text).toBe(text);
      }
    },
  );

  test(
    "with bytes that are flipped, cut, put in or said twice gives posts or none, and nothing is thrown",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: pages.length - 1 }),
          fc.array(harm, { minLength: 1, maxLength: 6 }),
          label,
          async (n, harms, contentType) => {
            const bytes = pages[n]?.bytes ?? Buffer.alloc(0);
            const { text, charset } = decodeBytes(harms.reduce(harmed, bytes), contentType);
            expect(charset).toMatch(/^[a-z0-9_-]+$/);
            try {
              const { items } = await extract(aPage(text), { kind: "auto" }, null);
              for (const { url } of items) expect(url === null || /^https?:\/\//.test(url)).toBe(true);
            } catch (thrown) {
              expect(thrown).toBeInstanceOf(AppError);
              expect(thrown).toHaveProperty("code", "unreadable");
            }
          },
        ),
        { numRuns, endOnFailure: true },
      );
    },
    isLong ? 1_800_000 : 60_000,
  );

  // Not yet Korean: a harmed byte can leave it as good a look of Chinese, and then the claim no longer tells.
  const told = pages.filter(({ charset }) => !/^utf-16|^euc-kr/.test(charset));

  test("with one byte harmed is still read in its charset, whatever it is called", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: told.length - 1 }),
        fc.nat(),
        fc.integer({ min: 0x80, max: 0xff }),
        label,
        async (n, at, byte, contentType) => {
          const broken = Buffer.from(told[n]?.bytes ?? []);
          broken[at % broken.length] = byte;
          expect(decodeBytes(broken, contentType).charset).toBe(told[n]?.charset);
        },
      ),
      {
        numRuns: numRuns * 5,
        endOnFailure: true,
        // Nearly as good a look of Big5, which it is called.
        examples: [
          [told.findIndex(({ name }) => name === "blog-ja"), 1_426, 0x99, "text/html; charset=big5"],
          [told.findIndex(({ name }) => name === "blog-ja"), 492_480_060, 139, "text/html; charset=big5"],
        ],
      },
    );
  });
});

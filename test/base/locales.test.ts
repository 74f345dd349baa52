import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Sentences, speech } from "../../src/base/words.ts";
import type { DeliveryState } from "../../src/domain/delivery.ts";
import type { HealthState } from "../../src/domain/health.ts";
import type { Accounting, IssueState } from "../../src/domain/issue.ts";
import type { SubscriberStatus } from "../../src/domain/subscriber.ts";

const root = new URL("../../", import.meta.url);
const locale = (tag: string): Sentences =>
  JSON.parse(readFileSync(new URL(`locales/${tag}.json`, root), "utf8"));
const en = locale("en");
const zh = locale("zh");
const { in: wordsOf } = speech({ en, zh }, "en");

const src = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(new URL(`src/${file}`, root), "utf8") }));

const key = /^[a-z]+(?:\.[a-zA-Z]+)+$/;
/** Every literal that is said as a key: `say("page.feeds")`, also one of two: `say(has ? "a.b" : "c.d")`. */
const saidKeys = new Set(
  src.flatMap(({ text }) =>
    [...text.matchAll(/\bsay\(\s*(?:[^"`()]*\?\s*"([^"]+)"\s*:\s*)?"([^"]+)"/g)]
      .flatMap(([, either, or]) => [either, or])
      .filter((said) => said !== undefined)
      .filter((said) => key.test(said)),
  ),
);
const stem = (name: string) => name.replace(/\.(?:zero|one|two|few|many|other)$/, "");
const slotsOf = (sentences: Sentences, of: string) => [
  ...new Set(
    Object.entries(sentences)
      .filter(([name]) => name === of || (stem(name) === of && !(of in sentences)))
      .flatMap(([, sentence]) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, slot]) => slot)),
  ),
];

describe("the sentences", () => {
  test("the keys that the pages and mails say are found in the source", () => {
    expect(saidKeys).toContain("page.subscribe");
    expect(saidKeys).toContain("mail.digest.posts");
    expect(saidKeys).toContain("home.empty");
    expect(saidKeys.size).toBeGreaterThan(100);
  });

  test.each([
    ["en", en],
    ["zh", zh],
  ])("every sentence that is said is there in %s, also of one and of many", (tag) => {
    const words = wordsOf(tag);
    const missing = [...saidKeys].filter((said) => {
      try {
        return [1, 2].some((count) => words.say(said, { count }).includes(said));
      } catch {
        return true;
      }
    });

    expect(missing).toEqual([]);
  });

  const health = {
    fine: 0,
    quiet: 0,
    unseen: 0,
    overdue: 0,
    empty: 0,
    changed: 0,
    held: 0,
    disallowed: 0,
    moved: 0,
    failing: 0,
    gone: 0,
    off: 0,
    removed: 0,
  } satisfies Record<HealthState, 0>;
  const issues = {
    opening: 0,
    open: 0,
    paused: 0,
    halted: 0,
    approval: 0,
    cancelled: 0,
    done: 0,
  } satisfies Record<IssueState, 0>;
  const outbox = {
    pending: 0,
    leased: 0,
    submitting: 0,
    sent: 0,
    deferred: 0,
    failed: 0,
    cancelled: 0,
    unknown: 0,
  } satisfies Record<DeliveryState, 0>;
  const statuses = { pending: 0, active: 0, left: 0, bounced: 0 } satisfies Record<SubscriberStatus, 0>;
  const shares = {
    posts: 0,
    candidates: 0,
    skipped: 0,
    sent: 0,
    failed: 0,
    cancelled: 0,
    unknown: 0,
    pending: 0,
  } satisfies Record<keyof Accounting, 0>;

  test.each([
    ["a source", "health.", health, ""],
    ["what to do about a source", "health.", health, ".next"],
    ["an issue", "admin.issues.", issues, ""],
    ["a delivery", "admin.outbox.", outbox, ""],
    ["a subscriber", "admin.subscribers.", statuses, ""],
    ["a share of the accounting", "admin.share.", shares, ""],
  ])("every state of %s has its sentence in both languages", (_, before, states, after) => {
    for (const state of Object.keys(states)) {
      for (const tag of ["en", "zh"]) {
        for (const count of [1, 2]) {
          expect(
            wordsOf(tag).say(`${before}${state}${after}`, {
              count,
              id: "a",
              url: "https://blog.example/",
              to: "",
            }),
          ).not.toMatch(/\{\w+\}|^$/);
        }
      }
    }
  });

  test("both languages have the same slots in the same sentence", () => {
    const stems = new Set([...Object.keys(en), ...Object.keys(zh)].map(stem));
    const differing = [...stems].filter(
      (name) => slotsOf(en, name).sort().join() !== slotsOf(zh, name).sort().join(),
    );

    expect(differing).toEqual([]);
  });

  test("no sentence is without a voice: each is said somewhere, by name or as one of a family", () => {
    const text = src.map((file) => file.text).join("\n");
    const families = [...text.matchAll(/`((?:[a-z]+\.)+)\$\{[^}]+\}((?:\.[a-z]+)*)`/g)].map(
      ([, before = "", after = ""]) => ({ before, after }),
    );
    const isSaid = (name: string) =>
      text.includes(`"${name}"`) ||
      families.some(({ before, after }) => name.startsWith(before) && name.endsWith(after));
    const unsaid = Object.keys(en).filter(
      (name) => ![name, stem(name), name.replace(/\.next$/, "")].some(isSaid),
    );

    expect(families.length).toBeGreaterThan(3);
    expect(unsaid).toEqual([]);
  });

  test.each([
    ["en", en],
    ["zh", zh],
  ])(
    "in %s a sentence of one has its sentence of many, and none carries markup or a break",
    (_, sentences) => {
      const names = Object.keys(sentences);

      expect(names.filter((name) => name.endsWith(".one") && !(`${stem(name)}.other` in sentences))).toEqual(
        [],
      );
      expect(names.filter((name) => /[<>\n\r&]/.test(sentences[name] ?? ""))).toEqual([]);
    },
  );
});

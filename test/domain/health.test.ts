import { describe, expect, test } from "vitest";
import { readLocales } from "../../src/app/bundled.ts";
import { day, hour } from "../../src/base/clock.ts";
import { speech } from "../../src/base/words.ts";
import { healthOf, healthSentence } from "../../src/domain/health.ts";
import type { SourceRow, SourceState } from "../../src/domain/source.ts";
import { monday } from "../support/builders.ts";

/** A source that was looked at an hour ago and had news then. */
function aRow(state: Partial<SourceState> = {}, row: Partial<SourceRow> = {}): SourceRow {
  return {
    id: "blog",
    name: "The blog",
    url: "https://blog.example/posts",
    kind: "feed",
    enabled: true,
    configured: true,
    posts: 3,
    ...row,
    state: {
      validators: null,
      bodyHash: null,
      learned: null,
      address: "https://blog.example/posts",
      failures: 0,
      emptyLooks: 0,
      lastLookAt: monday - hour,
      lastOkAt: monday - hour,
      lastNewAt: monday - hour,
      nextLookAt: monday + hour,
      last: { outcome: "new", detail: null },
      ...{ failingSince: null, paceMs: null, hints: null, move: null },
      ...state,
    },
  };
}

const stateOf = (state: Partial<SourceState>, row: Partial<SourceRow> = {}) =>
  healthOf(aRow(state, row), monday);

describe("the health of a source", () => {
  test("is fine when the last look was good and the next is to come", () => {
    expect(stateOf({})).toEqual({ state: "fine", level: "good" });
    expect(stateOf({ last: { outcome: "unchanged", detail: null } }).state).toBe("fine");
  });

  test("one failed look is worth attention, three in a row are bad", () => {
    const last = { outcome: "failed", detail: "timeout" } as const;
    expect(stateOf({ failures: 1, last })).toEqual({ state: "failing", level: "attention" });
    expect(stateOf({ failures: 3, last })).toEqual({ state: "failing", level: "bad" });
  });

  test("what the server says of itself comes first", () => {
    expect(stateOf({ failures: 3, last: { outcome: "gone", detail: null } }).state).toBe("gone");
    expect(stateOf({ failures: 3, last: { outcome: "held", detail: null } }).state).toBe("held");
  });

  test("one that is off or has left the configuration is neither good nor bad, whatever it did last", () => {
    expect(stateOf({ failures: 9 }, { enabled: false })).toEqual({ state: "off", level: "idle" });
    expect(stateOf({ failures: 9 }, { configured: false })).toEqual({ state: "removed", level: "idle" });
  });

  test("a page on which nothing is found is bad: at once where there never was anything, else the second time", () => {
    const last = { outcome: "empty", detail: null } as const;
    expect(stateOf({ last, emptyLooks: 1 }, { posts: 0 })).toEqual({ state: "empty", level: "bad" });
    expect(stateOf({ last, emptyLooks: 1 }).state).toBe("fine");
    expect(stateOf({ last, emptyLooks: 2 })).toEqual({ state: "empty", level: "bad" });
  });

  test("a look that is an hour late means that nobody works", () => {
    expect(stateOf({ nextLookAt: monday - hour }).state).toBe("fine");
    expect(stateOf({ nextLookAt: monday - hour - 1 }).state).toBe("overdue");
  });

  test("before the first look it is new", () => {
    expect(
      stateOf({ lastLookAt: null, lastOkAt: null, lastNewAt: null, last: null, nextLookAt: monday }).state,
    ).toBe("unseen");
  });

  test("three months without news are worth a look", () => {
    expect(stateOf({ lastNewAt: monday - 90 * day }).state).toBe("fine");
    expect(stateOf({ lastNewAt: monday - 90 * day - 1 }).state).toBe("quiet");
  });
});

describe("the sentence for the operator", () => {
  const words = speech(readLocales(), "en").in("en");
  const sentenceOf = (state: Partial<SourceState>, row: Partial<SourceRow> = {}) => {
    const of = aRow({ nextLookAt: monday + 4 * hour, ...state }, row);
    return healthSentence(of, healthOf(of, monday), words, monday);
  };

  test("says what happened, since when, what to do, and when it is tried again", () => {
    const detail = "The server answered 403: it looks like a bot check (cf-mitigated).";

    expect(
      sentenceOf({ failures: 5, failingSince: monday - 6 * day, last: { outcome: "held", detail } }),
    ).toBe(
      `${detail} It began 6 days ago. It is left alone until then. If this stays so, look less often: a longer “every”. Next try in 4 hours.`,
    );
  });

  test("says how much was found before a page was empty, and until when", () => {
    expect(
      sentenceOf(
        { last: { outcome: "empty", detail: null }, emptyLooks: 2, lastNewAt: monday - 3 * day },
        { posts: 12 },
      ),
    ).toContain("12 posts were found here until 3 days ago, and none since: the layout may have changed.");
  });

  test("says where a source has moved to", () => {
    const to = "https://new.example/feed";
    const move = { to, sightings: 3, since: monday - 3 * day, acceptedAt: monday - day };

    expect(stateOf({ address: to, move })).toEqual({ state: "moved", level: "attention" });
    expect(sentenceOf({ address: to, move })).toContain(`read at ${to} now. Change its address`);
    expect(stateOf({ move })).toMatchObject({ state: "fine" });
  });

  test("says which line of robots.txt is in the way", () => {
    const detail = "Its robots.txt does not want it to be read (Disallow: /).";

    expect(stateOf({ last: { outcome: "disallowed", detail } }).level).toBe("bad");
    expect(sentenceOf({ last: { outcome: "disallowed", detail } })).toContain(detail);
  });
});

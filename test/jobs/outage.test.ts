import { expect, test } from "vitest";
import { minute } from "../../src/base/clock.ts";
import type { FetchOutcome } from "../../src/domain/page.ts";
import { heardBy, isAnswer, outageWatch } from "../../src/jobs/outage.ts";
import { monday } from "../support/builders.ts";

const silence: FetchOutcome = { kind: "trouble", trouble: "connect", message: "no way" };
const answer: FetchOutcome = {
  kind: "error-status",
  status: 500,
  freshness: { maxAgeMs: null, retryAfterMs: null },
};
const tooLarge: FetchOutcome = { kind: "trouble", trouble: "too-large", message: "large" };

const watched = (hosts = 100) => {
  const watch = outageWatch(hosts);
  return {
    ...watch,
    look: (n: number, outcome: FetchOutcome = silence, at = monday) => {
      if (isAnswer(outcome)) watch.heard();
      return watch.note(`s${n}`, `h${n}.example`, outcome, at);
    },
  };
};

test("five hosts in a row that do not answer are trouble of our own, and nobody is to blame", () => {
  const { look } = watched();

  const verdicts = [1, 2, 3, 4, 5, 6].map((n) => look(n));

  expect(verdicts.map(({ isOurs }) => isOurs)).toEqual([false, false, false, false, true, true]);
  expect(verdicts[4]?.others.map(({ source }) => source)).toEqual(["s1", "s2", "s3", "s4"]);
  expect(verdicts[5]?.others).toEqual([]);
});

test("one that answers in between shows that the network is well, whatever it answers", () => {
  for (const outcome of [answer, tooLarge]) {
    const { look } = watched();
    for (const n of [1, 2, 3, 4]) look(n);
    look(9, outcome);

    expect(look(5).isOurs).toBe(false);
  }
});

test("where little is looked at, silence adds up over hours; each source is cleared as often as it was blamed", () => {
  const { note } = watched(5);
  const look = (n: number, at: number) => note(`s${n}`, `h${n}.example`, silence, monday + at * minute);

  const verdicts = [1, 2, 1, 3, 4, 5].map((n, turn) => look(n, turn * 60));

  expect(verdicts.map(({ isOurs }) => isOurs)).toEqual([false, false, false, false, false, true]);
  expect(verdicts[5]?.others.map(({ source, at }) => [source, (at - monday) / minute])).toEqual([
    ["s1", 120],
    ["s2", 60],
    ["s1", 120],
    ["s3", 180],
    ["s4", 240],
  ]);
});

test("what nobody said is no answer: a verdict of old, a host at rest, an answer from memory", async () => {
  const { note, look, heard } = watched();
  const url = "https://h9.example/";
  const others: readonly FetchOutcome[] = [
    { kind: "disallowed", rule: "Disallow: /" },
    { kind: "resting", url, until: monday + minute },
    { kind: "trouble", trouble: "refused-address", message: "private" },
    { kind: "trouble", trouble: "aborted", message: "called off" },
  ];
  for (const n of [1, 2, 3, 4]) look(n);

  for (const outcome of others)
    await heardBy({ heard }, async () => outcome)({ url, validators: null, headers: {} });
  note("s9", "h9.example", answer, monday);
  expect(look(5).isOurs).toBe(true);

  await heardBy({ heard }, async () => answer)({ url, validators: null, headers: {} });
  expect(look(6).isOurs).toBe(false);
});

test("one host with many sources is one, and silence of long ago counts for nothing", () => {
  const { note, look } = watched();

  for (let n = 0; n < 20; n++) expect(note(`s${n}`, "one.example", silence, monday).isOurs).toBe(false);
  for (const n of [1, 2, 3]) look(n, silence, monday);

  expect(look(4, silence, monday + 25 * 60 * minute).isOurs).toBe(false);
});

test("where there are few hosts, all of them are enough; of one alone nobody can tell", () => {
  const [three, one] = [watched(3), watched(1)];

  expect([1, 2, 3].map((n) => three.look(n).isOurs)).toEqual([false, false, true]);
  expect([1, 1, 1, 1].map((n) => one.look(n).isOurs)).toEqual([false, false, false, false]);
});

test("while we are cut off one is asked a minute, until one answers", () => {
  const { look, mayAsk } = watched();
  expect(mayAsk(monday)).toBe(true);
  for (const n of [1, 2, 3, 4, 5]) look(n);

  expect(mayAsk(monday + minute - 1)).toBe(false);
  expect(mayAsk(monday + minute)).toBe(true);
  expect(mayAsk(monday + minute + 1)).toBe(false);
  look(6, answer, monday + minute);

  expect(mayAsk(monday + minute + 1)).toBe(true);
});

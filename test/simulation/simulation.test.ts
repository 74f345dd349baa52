import { expect, test } from "vitest";
import { aFolder } from "../support/store.ts";
import { audited } from "./audit.ts";
import { simulated } from "./run.ts";

/** The long forms are run by hand: `npm run simulation`. */
test("twenty days of forty sources, with everything that happens to servers, are no trouble to anybody", {
  timeout: 300_000,
}, async () => {
  const story = await simulated(
    { seed: 7, sources: 40, hosts: 15, days: 20, restarts: 4, workers: 6 },
    aFolder(),
  );

  const found = audited(story);
  expect(Object.fromEntries([...found].filter(([, violations]) => violations.length > 0))).toEqual({});
  expect(found.size).toBeGreaterThan(30);
  expect(story.log.length).toBeGreaterThan(1_500);
  expect(story.restarted).toHaveLength(4);
});

import { expect, test } from "vitest";
import { joiner } from "../../src/base/bytes.ts";

const bytes = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text));

test("pieces lie end to end, also where they are fewer than before, or more than there was room for", () => {
  const { join } = joiner();

  expect(join(bytes("one ", "", "two")).toString()).toBe("one two");
  expect(join(bytes("3")).toString()).toBe("3");
  expect(join(bytes("x".repeat(99), "y")).toString()).toBe(`${"x".repeat(99)}y`);
  expect(join([]).toString()).toBe("");
});

test("what was joined before it was told to forget stays as it is", () => {
  const { join, forget } = joiner();
  const kept = join(bytes("kept"));

  forget();
  join(bytes("next"));

  expect(kept.toString()).toBe("kept");
});

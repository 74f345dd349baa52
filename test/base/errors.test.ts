import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AppError, errnoOf, messageOf } from "../../src/base/errors.ts";

describe("AppError", () => {
  test("carries what happened, what to try and what was behind it", () => {
    const cause = new Error("disk");
    const error = new AppError("data", "The database cannot be opened.", { hint: "Free some space.", cause });

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "AppError",
      code: "data",
      message: "The database cannot be opened.",
      hint: "Free some space.",
    });
    expect(error.cause).toBe(cause);
  });

  test("without a hint and a cause it has neither", () => {
    const error = new AppError("usage", "Too many arguments.");

    expect(error.hint).toBeUndefined();
    expect("cause" in error).toBe(false);
  });
});

describe("messageOf", () => {
  test.each([
    ["an error", new Error("lost"), "lost"],
    ["an error of ours", new AppError("mail", "refused"), "refused"],
    ["a string", "plain", "plain"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 42, "42"],
  ])("of %s is a sentence", (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});

describe("errnoOf", () => {
  test("names the error of the operating system", () => {
    const missing = () => readFileSync(new URL("./there-is-no-such-file", import.meta.url));

    expect(thrownBy(missing, errnoOf)).toBe("ENOENT");
  });

  test.each([
    ["an error without a code", new Error("lost")],
    ["an error with a code that is a number", Object.assign(new Error("lost"), { code: 7 })],
    ["something that is no error", { code: "ENOENT" }],
    ["nothing", undefined],
  ])("is null for %s", (_, thrown) => {
    expect(errnoOf(thrown)).toBeNull();
  });
});

function thrownBy<T>(work: () => unknown, read: (thrown: unknown) => T): T | undefined {
  try {
    work();
  } catch (error) {
    return read(error);
  }
  return undefined;
}

import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { tokenKeys } from "../../src/mail/tokens.ts";

const ours = tokenKeys("the secret of this test");

describe("tokens that leave and prefer", () => {
  test("tell the subscriber they were made for", () => {
    for (const id of [1, 35, 36, 1_000_000, Number.MAX_SAFE_INTEGER]) {
      expect(ours.readLeave(ours.leave(id))).toBe(id);
      expect(ours.readPreferences(ours.preferences(id))).toBe(id);
    }
  });

  test("are the same each time, and short", () => {
    expect(ours.leave(123_456)).toBe(tokenKeys("the secret of this test").leave(123_456));
    expect(ours.leave(123_456)).toMatch(/^[\w-]{18,21}$/);
  });

  test("are of one purpose only", () => {
    expect(ours.readPreferences(ours.leave(7))).toBeNull();
    expect(ours.readLeave(ours.preferences(7))).toBeNull();
  });

  test("are worth nothing with another subscriber, another secret or a digit changed", () => {
    const token = ours.leave(7);
    const forged = [
      `8${token.slice(1)}`,
      `0${token}`,
      `07${token.slice(1)}`,
      tokenKeys("another secret").leave(7),
      ...[...token].map(
        (digit, at) => `${token.slice(0, at)}${digit === "A" ? "B" : "A"}${token.slice(at + 1)}`,
      ),
      ...[...token].map((_, length) => token.slice(0, length)),
      `${token}A`,
      `${token}\n`,
      "",
      "../../etc/passwd",
    ];

    expect(forged.map(ours.readLeave)).toEqual(forged.map(() => null));
  });

  test("still work after a rotation, until the old secret is taken away", () => {
    const rotated = tokenKeys("a new secret,the secret of this test");

    expect(rotated.readLeave(ours.leave(7))).toBe(7);
    expect(rotated.leave(7)).toBe(tokenKeys("a new secret").leave(7));
    expect(tokenKeys("a new secret").readLeave(ours.leave(7))).toBeNull();
  });
});

describe("tokens that confirm", () => {
  test("follow from nonce and secret, and from the nonce alone nobody gets them", () => {
    const nonce = ours.newNonce();

    expect(ours.confirm(nonce)).toBe(ours.confirm(nonce));
    expect(ours.confirm(nonce)).toMatch(/^[\w-]{24}$/);
    expect(ours.confirm(nonce)).not.toBe(ours.confirm(ours.newNonce()));
    expect(ours.confirm(nonce)).not.toBe(tokenKeys("another secret").confirm(nonce));
  });

  test("stay the same when the secret is rotated between sign-up and mail", () => {
    const rotated = tokenKeys("a newer secret,the secret of this test");
    const nonce = ours.newNonce();

    expect(rotated.confirm(nonce)).toBe(ours.confirm(nonce));
    expect(rotated.confirm(rotated.newNonce())).not.toBe(ours.confirm(nonce));
  });

  test("are kept as a hash that needs no secret", () => {
    expect(ours.hashOf("token")).toBe(tokenKeys("another secret").hashOf("token"));
    expect(ours.hashOf("token")).not.toBe(ours.hashOf("Token"));
  });
});

test("an empty secret is a configuration error", () => {
  expect(() => tokenKeys(" , ")).toThrow(AppError);
});

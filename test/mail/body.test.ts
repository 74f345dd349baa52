import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBody } from "../../src/mail/body.ts";

const places = { leave: "\ufdd0leave\ufdd1", prefer: "\ufdd0prefer\ufdd1" };

/** RFC 2045 §6.7 and §6.8, read by the letter. */
function decoded(encoding: string, encoded: string): string {
  if (encoding === "base64") {
    // Whole groups only, and padding only at the very end: what the strictest reader asks for.
    expect(encoded.replaceAll("\r\n", "")).toMatch(
      /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    );
    return Buffer.from(encoded, "base64").toString();
  }
  const octets = encoded
    .replace(/\r\n$/, "")
    .replaceAll("=\r\n", "")
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(octets, "latin1").toString();
}

/** Mostly letters, with what has to be encoded among them. */
const latin = fc.string({
  unit: fc.constantFrom(
    ..."abcdefghijklmnopqrstuvwxyz".repeat(3),
    ...' =.-_<>"&\t\n',
    ".\n",
    "  ",
    " \n",
    "é",
    "From ",
  ),
  maxLength: 400,
  size: "max",
});
const chinese = fc.string({ unit: fc.constantFrom(..."长文档 \n模型.🙂"), maxLength: 200, size: "max" });
const piece = fc.oneof(latin, chinese, fc.constant(""));
const url = fc.string({
  unit: fc.constantFrom(..."abc/=-_.?1%~"),
  minLength: 1,
  maxLength: 200,
  size: "max",
});

describe("an encoded text", () => {
  test("reads as it was written, its words filled in, whatever stands around them", () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), url, url, (pieces, leave, prefer) => {
        const marks = [places.leave, places.prefer];
        const text = pieces.map((said, n) => (n === 0 ? said : (marks[n % 2] ?? "") + said)).join("");

        const body = encodeBody(text, places);
        const encoded = Buffer.concat([...body.fill({ leave, prefer })]).toString("latin1");

        const meant = text.replaceAll(places.leave, leave).replaceAll(places.prefer, prefer);
        expect(decoded(body.encoding, encoded)).toBe(meant.replaceAll("\n", "\r\n"));
        expect(encoded.length === 0 || encoded.endsWith("\r\n")).toBe(true);
      }),
    );
  });

  test("has nothing in it that a relay or a transport would touch", () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), url, (pieces, leave) => {
        const { encoding, fill } = encodeBody(pieces.join(places.leave), places);
        const lines = Buffer.concat([...fill({ leave })])
          .toString("latin1")
          .split("\r\n");
        for (const line of lines) {
          expect(line).toMatch(/^[\x20-\x7e]{0,76}$/);
          expect(line).not.toMatch(/^\.|[ ]{2}| $/);
          if (encoding === "quoted-printable") expect(line).not.toMatch(/=(?![0-9A-F]{2}|$)/);
        }
      }),
    );
  });

  test("is short for Latin text and for Chinese text", () => {
    expect(encodeBody("A sentence of plain words.\n".repeat(50), {}).encoding).toBe("quoted-printable");
    expect(encodeBody("长文档阅读小模型。".repeat(50), {}).encoding).toBe("base64");
  });

  test("is the same when it is filled again, and after another was filled", () => {
    const body = encodeBody(`长文档${places.leave}阅读${places.leave}小`, places);
    const of = (leave: string) => Buffer.concat([...body.fill({ leave })]).toString();

    const first = of("https://a.example/1");
    of("https://a.example/another-one");

    expect(of("https://a.example/1")).toBe(first);
  });

  test("does not go out with a word missing", () => {
    expect(() => encodeBody(`x ${places.leave}`, places).fill({})).toThrow();
  });
});

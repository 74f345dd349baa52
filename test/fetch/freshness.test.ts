import { describe, expect, test } from "vitest";
import { httpDate } from "../../src/base/httpdate.ts";
import { freshness } from "../../src/fetch/freshness.ts";

const now = Date.UTC(2026, 0, 5, 7);
const date = "Mon, 05 Jan 2026 07:00:00 GMT";

describe("how long an answer stays fresh", () => {
  test.each([
    [{}, null],
    [{ "cache-control": "max-age=3600" }, 3_600_000],
    [{ "cache-control": 'public, MAX-AGE="60", must-revalidate' }, 60_000],
    [{ "cache-control": "max-age=3600", age: "600" }, 3_000_000],
    [{ "cache-control": "max-age=60", age: "600" }, 0],
    [{ "cache-control": "max-age=60", age: "-5" }, 60_000],
    [{ "cache-control": "max-age=60", age: "soon" }, 60_000],
    [{ "cache-control": "no-cache, max-age=60" }, 0],
    [{ "cache-control": "max-age=60, No-Store" }, 0],
    [{ "cache-control": ["public", "max-age=60"] }, 60_000],
    [{ "cache-control": 'x="no-store", max-age=60' }, 60_000],
    [{ "cache-control": "s-maxage=9" }, null],
    [{ "cache-control": "max-age=-1" }, null],
    [{ "cache-control": "max-age=soon" }, null],
    [{ "cache-control": "max-age" }, null],
    [{ "cache-control": "max-age=99999999999999999999999" }, 2 ** 31 * 1_000],
    [{ expires: "Mon, 05 Jan 2026 08:00:00 GMT", date }, 3_600_000],
    [{ expires: "Mon, 05 Jan 2026 08:00:00 GMT" }, 3_600_000],
    [{ expires: "Mon, 05 Jan 2026 06:00:00 GMT", date }, 0],
    [{ expires: "0", date }, 0],
    [{ expires: "Mon, 05 Jan 2026 08:00:00 GMT", date: "Mon, 05 Jan 2026 07:30:00 GMT" }, 1_800_000],
    [{ expires: "Mon, 05 Jan 2026 09:00:00 GMT", "cache-control": "max-age=1", date }, 1_000],
  ])("%j: %s ms", (headers, maxAgeMs) => {
    expect(freshness(headers, now).maxAgeMs).toBe(maxAgeMs);
  });
});

describe("how long a server wants to be left alone", () => {
  test.each([
    [undefined, null],
    ["120", 120_000],
    [" 0 ", 0],
    ["Mon, 05 Jan 2026 07:02:00 GMT", 120_000],
    ["Mon, 05 Jan 2026 06:00:00 GMT", 0],
    ["-5", null],
    ["1.5", null],
    ["later", null],
    ["2026-01-05T08:00:00Z", null],
    ["", null],
  ])("Retry-After %j: %s ms", (said, retryAfterMs) => {
    expect(freshness({ "retry-after": said }, now).retryAfterMs).toBe(retryAfterMs);
  });
});

test("an HTTP date has three forms and no fourth", () => {
  const at = Date.UTC(1994, 10, 6, 8, 49, 37);

  expect(httpDate("Sun, 06 Nov 1994 08:49:37 GMT")).toBe(at);
  expect(httpDate("Sunday, 06-Nov-94 08:49:37 GMT")).toBe(at);
  expect(httpDate("Sun Nov  6 08:49:37 1994")).toBe(at);
  for (const odd of [null, "", "0", "1994", "Sun, 06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT"]) {
    expect(httpDate(odd)).toBeNull();
  }
});

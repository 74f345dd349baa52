import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import type { FetchOutcome, Freshness, Validators } from "../domain/page.ts";
import { readBody } from "./body.ts";
import { decodeBytes } from "./decode.ts";
import { freshness, headerOf } from "./freshness.ts";
import type { Answer, Line } from "./hop.ts";
import type { Step } from "./redirect.ts";
import { trouble } from "./trouble.ts";
import { renewed, validatorsOf } from "./validators.ts";

/**
 * What an answer that is no redirect means. Only 200 and 203 bring a page; every other 2xx (nothing, a part,
 * "later") is not the page that was asked for. `sent` are the validators the question carried.
 */
export async function outcomeOf(
  step: Step,
  answer: Answer,
  sent: Validators | null,
  line: Line,
  now: Instant,
): Promise<FetchOutcome> {
  const { status, headers } = answer;
  const fresh = freshness(headers, now);
  switch (status) {
    case 200:
    case 203:
      return page(step, answer, line, fresh);
    case 304:
      return sent === null
        ? trouble("protocol", `${step.url.host} says "not modified" without having been asked.`)
        : {
            kind: "not-modified",
            url: step.url.href,
            movedTo: movedTo(step),
            validators: renewed(sent, validatorsOf(step.url, headers)),
            freshness: fresh,
          };
    case 403:
    case 429:
      return held(step, answer, fresh);
    case 503:
      return fresh.retryAfterMs === null && botCheckOf(headers) === null
        ? { kind: "error-status", status, freshness: fresh }
        : held(step, answer, fresh);
    case 404:
      return { kind: "missing", status, freshness: fresh };
    case 410:
      return { kind: "gone", status, freshness: fresh };
    default:
      return { kind: "error-status", status, freshness: fresh };
  }
}

function held({ url }: Step, { status, headers }: Answer, fresh: Freshness): FetchOutcome {
  return { kind: "held", url: url.href, status, freshness: fresh, botCheck: botCheckOf(headers) };
}

async function page(step: Step, answer: Answer, line: Line, fresh: Freshness): Promise<FetchOutcome> {
  const { headers } = answer;
  const length = Number(headerOf(headers, "content-length") ?? Number.NaN);
  const facts = { encoding: joined(headers["content-encoding"]), length: length >= 0 ? length : null };
  const bytes = await readBody(answer.body, facts, line.limits, line.stop);
  const type = headerOf(headers, "content-type");
  const { text, note } = decodeBytes(bytes, type);
  return {
    kind: "page",
    url: step.url.href,
    movedTo: movedTo(step),
    contentType: (type ?? "").split(";", 1).join("").trim().toLowerCase(),
    text,
    bodyHash: createHash("sha256").update(bytes).digest("hex"),
    validators: validatorsOf(step.url, headers),
    freshness: fresh,
    notes: note === null ? [] : [note],
  };
}

function joined(value: string | readonly string[] | undefined): string | null {
  return value === undefined || typeof value === "string" ? (value ?? null) : value.join(",");
}

/** Where permanent redirects alone led to. */
function movedTo(step: Step): string | null {
  return step.permanent && step.trail.length > 0 ? step.url.href : null;
}

/** The header by which an answer shows that it is one of a bot check and not the page's. */
function botCheckOf(headers: Answer["headers"]): string | null {
  const names = ["cf-mitigated", "x-amzn-waf-action", "x-sucuri-block", "x-datadome", "x-px-block"];
  return names.find((name) => headers[name] !== undefined) ?? null;
}

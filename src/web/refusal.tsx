import type { ErrorHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AppError, messageOf } from "../base/errors.ts";
import { Notice, show } from "./layout.tsx";
import type { Caller, Door, WebNeeds } from "./visit.ts";

/** What a reader is told; each has its words, `error.<kind>` and `error.<kind>.next`. */
export type Refusal = "missing" | "method" | "large" | "form" | "foreign" | "busy" | "internal" | "feed";

const statuses = {
  missing: 404,
  method: 405,
  large: 413,
  form: 415,
  foreign: 403,
  busy: 503,
  internal: 500,
  feed: 404,
} as const satisfies Record<Refusal, ContentfulStatusCode>;

/** The page of a refusal: what happened and what to do next. `detail` is for the operator only. */
export function refuse(c: Caller, refusal: Refusal, detail: readonly string[] = []): Response {
  const visit = c.get("visit");
  const { words } = visit;
  const heading = words.say(`error.${refusal}`);
  c.header("Cache-Control", "no-store");
  return show(
    c,
    <Notice visit={visit} title={heading} heading={heading} isPrivate>
      <p>{words.say(`error.${refusal}.next`)}</p>
      {detail.map((line) => (
        <p class="bad">{line}</p>
      ))}
      <p>
        <a href={visit.href("")}>{words.say("error.home")}</a>
      </p>
    </Notice>,
    statuses[refusal],
  );
}

/**
 * The end of the chain. The log gets what was thrown and the route it happened on, never the address (it may hold
 * a token); the reader gets plain words, and the operator the message too.
 */
export function failed(app: WebNeeds): ErrorHandler<Door> {
  return (error, c) => {
    const isKnown = error instanceof AppError;
    app.log.error("request failed", {
      route: c.req.routePath,
      error: isKnown ? messageOf(error) : (error.stack ?? messageOf(error)),
    });
    const isOperator = c.req.path.startsWith("/admin") && isKnown;
    const detail = isOperator ? [error.message, error.hint ?? ""].filter((line) => line !== "") : [];
    return refuse(c, isKnown ? "busy" : "internal", detail);
  };
}

import type { Instant } from "../../src/base/clock.ts";
import { notice, typeOf, written } from "./documents.ts";
import { isCurrent, marksOf } from "./headers.ts";
import { type Answered, type Asked, nothing } from "./log.ts";
import { outAt, storiesOf } from "./stories.ts";
import { type Detour, isIn, type Place, type Refusal, robotsAt } from "./web.ts";

/** What goes over the wire, and what it means. */
export interface Reply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly means: Answered;
}

/** What a place answers at an instant; `turn` is another number each time. */
export function replyOf(place: Place, asked: Asked, now: Instant, turn: number): Reply {
  const refusal = [...place.host.refusals, ...place.refusals].find((span) => isIn(span, now));
  if (refusal !== undefined) return refused(refusal, now);
  const detour = place.detours.find((span) => isIn(span, now));
  if (detour !== undefined) return led(detour);
  return page(place, asked, now, turn);
}

/** What a host says of robots.txt. */
export function robotsReply({ host }: Pick<Place, "host">, now: Instant): Reply {
  const refusal = host.refusals.find((span) => isIn(span, now));
  if (refusal !== undefined) return refused(refusal, now);
  const { status = 404, text = "" } = robotsAt(host, now) ?? {};
  return {
    headers: { "content-type": "text/plain", etag: '"robots"' },
    body: text,
    means: { ...nothing, status, sentBytes: text.length },
  };
}

export const unknownPage: Reply = { headers: {}, body: "", means: { ...nothing, status: 404 } };

function refused({ status, patience, shelf }: Refusal, now: Instant): Reply {
  const retry = patience.value(now);
  return {
    headers: { ...shelf?.headers(now), ...(retry === null ? {} : { "retry-after": retry }) },
    body: "Not now.",
    means: { ...nothing, status, restMs: patience.restMs, freshMs: shelf?.freshMs ?? 0 },
  };
}

function led({ status, to }: Detour): Reply {
  return {
    headers: { location: to, "set-cookie": "seen=1; Path=/" },
    body: "",
    means: { ...nothing, status, location: to },
  };
}

function page(place: Place, asked: Asked, now: Instant, turn: number): Reply {
  const { form, stream, shelf, marks } = place;
  const out = stream === null ? 0 : outAt(stream, now);
  const version = `${place.page}-${out}`;
  const changedAt = stream?.stories[out - 1]?.at ?? 0;
  const given = marksOf(marks, version, changedAt, turn);
  const body = bodyOf(place, out, turn);
  const common = { given, freshMs: shelf.freshMs, out };
  const headers = {
    ...shelf.headers(now),
    ...(given.etag === null ? {} : { etag: given.etag }),
    ...(given.modified === null ? {} : { "last-modified": given.modified }),
    "set-cookie": `visit=${turn}; Path=/`,
  };
  if (isCurrent(marks, asked.marks, version, changedAt)) {
    const means = { ...nothing, ...common, status: 304, savedBytes: body.length };
    return { headers, body: "", means };
  }
  return {
    headers: { ...headers, "content-type": form === "notice" ? typeOf.listing : typeOf[form] },
    body,
    means: { ...nothing, ...common, status: 200, sentBytes: body.length },
  };
}

function bodyOf(place: Place, out: number, turn: number): string {
  const { form, stream, size, page: number, wishes, next, isNoisy, host } = place;
  if (form === "notice" || stream === null) return notice(place.url);
  return written({
    ...{ form, wishes, next, name: stream.name, site: `http://${host.authority}` },
    stories: storiesOf(stream, out, size, number),
    noise: isNoisy ? `token ${turn}` : "",
  });
}

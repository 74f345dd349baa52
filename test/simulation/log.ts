import type { Instant } from "../../src/base/clock.ts";
import type { Marked } from "./headers.ts";
import type { Place } from "./web.ts";

/** What a request said of itself, as it came over the wire. */
export interface Asked {
  /** Null where nobody was there to be asked. */
  readonly url: string | null;
  readonly marks: Marked;
  /** Method and headers but for the host and the marks, a line each, names in lower case and in order. */
  readonly said: string;
}

/** What was answered, and what that means by the letter. */
export interface Answered {
  /** 0: nothing was. */
  readonly status: number;
  readonly given: Marked;
  /** Nobody needs to ask again for so long. */
  readonly freshMs: number;
  /** We were told to stay away for so long; null where nothing was said. */
  readonly restMs: number | null;
  readonly location: string | null;
  /** How many stories were out, where a page was sent or said to be the same. */
  readonly out: number | null;
  readonly sentBytes: number;
  /** What was not sent, because it was known. */
  readonly savedBytes: number;
}

/** One request, or one connection that did not come about. */
export interface Entry extends Asked, Answered {
  readonly host: string;
  readonly place: Place | null;
  readonly isRobots: boolean;
  readonly at: Instant;
  readonly endedAt: Instant;
  /** We hung up before it was answered: we were stopped. */
  readonly isCutOff: boolean;
}

export const nothing: Answered = {
  ...{
    status: 0,
    given: { etag: null, modified: null },
    freshMs: 0,
    restMs: null,
    location: null,
    out: null,
  },
  ...{ sentBytes: 0, savedBytes: 0 },
};

/** Whether a request goes on where the one before it on this list was led to, without a pause. */
export function isContinued(before: Entry | undefined, entry: Entry): boolean {
  return before?.location != null && before.location === entry.url && before.endedAt === entry.at;
}

import { day, hour, type Instant, minute } from "../base/clock.ts";
import type { SourceRow } from "./source.ts";

/** `new` not looked at yet · `ok` · `quiet` finds nothing any more · `failing` · `resting` asked to be left alone · `off` */
export type HealthState = "new" | "ok" | "quiet" | "failing" | "resting" | "off";

/** How a source is, as a word and as a sentence with what to do. */
export interface SourceHealth {
  readonly state: HealthState;
  readonly sentence: string;
}

/** Looks in a row without posts before that is worth a word: one may be an accident. */
const quietLooks = 2;

/** Says how a source is: what happened, since when, when it is tried again, what the operator can do. */
export function healthOf(row: SourceRow, now: Instant): SourceHealth {
  const { state } = row;
  if (!row.configured)
    return { state: "off", sentence: "No longer in the configuration; its posts are kept." };
  if (!row.enabled) return { state: "off", sentence: "Switched off (enabled: false)." };
  if (state.lastLookAt === null || state.last === null)
    return { state: "new", sentence: "Not looked at yet." };
  const { outcome, detail } = state.last;
  const next = `Next try ${inWords(state.nextLookAt - now)}.`;
  switch (outcome) {
    case "held":
      return { state: "resting", sentence: `${detail ?? "The server asks to be left alone."} ${next}` };
    case "gone":
      return {
        state: "failing",
        sentence: `${detail ?? "The page is gone."} Change the address or take the source out. ${next}`,
      };
    case "failed":
      return {
        state: "failing",
        sentence: `${detail ?? "The look failed."}${timesInARow(state.failures)} ${next}`,
      };
    case "empty":
      return emptyHealth(row, detail, now);
    case "new":
    case "unchanged":
      return { state: "ok", sentence: newsSentence(state.lastNewAt, now) };
    default:
      return outcome satisfies never;
  }
}

function emptyHealth({ posts, state, id }: SourceRow, detail: string | null, now: Instant): SourceHealth {
  if (posts === 0) {
    return {
      state: "failing",
      sentence: `${detail ?? "No posts were found."} See what is found with \`postwire try\`, and set \`read\`.`,
    };
  }
  if (state.emptyLooks < quietLooks)
    return { state: "ok", sentence: `The last look found nothing. ${newsSentence(state.lastNewAt, now)}` };
  return {
    state: "quiet",
    sentence: `${posts} posts so far, none in the last ${state.emptyLooks} looks: the layout of ${id} may have changed. See \`postwire try\`.`,
  };
}

function newsSentence(lastNewAt: Instant | null, now: Instant): string {
  return lastNewAt === null
    ? "Works; nothing new so far."
    : `Works; last news ${agoInWords(now - lastNewAt)}.`;
}

function timesInARow(failures: number): string {
  return failures > 1 ? ` (${failures} times in a row.)` : "";
}

/** `in 4 h`, `now`: how long until something. */
export function inWords(ms: number): string {
  return ms < minute ? "now" : `in ${span(ms)}`;
}

/** `4 h ago`, `just now`. */
export function agoInWords(ms: number): string {
  return ms < minute ? "just now" : `${span(ms)} ago`;
}

function span(ms: number): string {
  if (ms < hour) return `${Math.round(ms / minute)} min`;
  if (ms < 2 * day) return `${Math.round(ms / hour)} h`;
  return `${Math.round(ms / day)} days`;
}

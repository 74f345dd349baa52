import { stringify } from "yaml";
import type { Reading } from "../domain/page.ts";
import { type Attempt, dateOf } from "./attempt.ts";
import { counted, type Output } from "./output.ts";

const shownItems = 10;

/** What was found, for people: how sure that is and why, what was left out, how it would be read, the first items. */
export function preview(out: Output, tried: Attempt): void {
  const { kind, items, title, feedUrl, notes, next } = tried.extraction;
  const name = title ?? tried.url;
  if (items.length === 0) out.say(`${out.tone("attention", "!")} ${name}: no list of posts was found.`);
  else
    out.say(
      `${out.tone("good", "✓")} ${name}: a ${kind} with ${counted(items.length, "post")}${sureness(tried)}.`,
    );
  for (const note of notes.filter((said) => !isSaidAbove(said))) out.say(`  ${note}`);
  if (feedUrl !== null) out.say(`  The page names a feed: ${feedUrl}`);
  if (items.length === 0) {
    for (const line of whatToDo(tried)) out.say(line);
    return;
  }
  if (next !== null) out.say(`  It goes on at ${next}`);
  out.say("\nIt would be read with:");
  for (const line of written(readingOf(tried))) out.say(`  ${line}`);
  out.say("");
  out.table(
    items
      .slice(0, shownItems)
      .map((item) => [
        dateOf(item, tried.zone) ?? "no date",
        item.categories[0] ?? "",
        item.title ?? item.url ?? "(no title)",
      ]),
  );
  if (items.length > shownItems) out.say(`… and ${items.length - shownItems} more.`);
}

/** The reading that `add` writes down. */
export function readingOf({ extraction: { learned, kind } }: Attempt): Reading {
  return learned ?? { kind: kind === "listing" ? "auto" : kind };
}

function isSaidAbove(note: string): boolean {
  return /^(?:No list of posts was found|The page advertises a feed)/.test(note);
}

/** From here on the posts are surely the posts; below, somebody should look. */
const [sure, fairlySure] = [0.85, 0.6];

function sureness({ extraction: { kind, confidence } }: Attempt): string {
  if (kind === "feed") return "";
  const word =
    confidence >= sure
      ? "sure"
      : confidence >= fairlySure
        ? "fairly sure"
        : "not sure: see that the posts are right";
  return `, ${Math.round(confidence * 100)} % (${word})`;
}

/** A reading as it stands in the configuration. */
function written(read: Reading): readonly string[] {
  return stringify({ read }, { lineWidth: 0 }).trimEnd().split("\n");
}

function whatToDo({ extraction: { feedUrl } }: Attempt): readonly string[] {
  return [
    "",
    "What to do:",
    ...(feedUrl === null ? [] : [`  Try the feed: postwire try ${feedUrl}`]),
    "  Try the page of the site that lists its posts: the blog, the news, an archive, or a feed.",
    "  A page that only a browser's scripts fill holds nothing to read; where it has a feed, that does.",
    "  Where this page does list posts, say what is one, and where: `read: { kind: selectors, item: … }`, docs/SOURCES.md.",
  ];
}

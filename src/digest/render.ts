import { day } from "../base/clock.ts";
import type { Words } from "../base/words.ts";
import type { Alert } from "../domain/alert.ts";
import type { Variant } from "../domain/issue.ts";
import type { Site } from "../domain/site.ts";
import { confirmationTtlMs } from "../domain/subscriber.ts";
import { viewAlert } from "./alert.ts";
import { choose, variantKey } from "./compose.ts";
import type { Letter } from "./personal.ts";
import { type Fill, htmlTemplate, type Slots, type TemplateFolders, textTemplate } from "./template.ts";
import { type Sheet, type View, viewConfirm, viewDigest } from "./view.ts";

/** Turns issues and confirmations into mails: the same input gives the same strings. */
export interface DigestRenderer {
  /**
   * One variant of an issue, in the language of `words`, with the slots that `personalise` fills. Its HTML is at
   * most 80 KB, and 95 KB as an encoded part: summaries are shortened, then posts left to the web edition. Ask
   * `groupByCategory` first: a variant without a post is an empty mail.
   */
  renderVariant(sheet: Sheet, words: Words): Variant;
  /** Word to the operator. */
  renderAlert(alert: Alert, site: Site, words: Words): Letter;
  /** The mail that asks for a confirmation; `link` is the page it leads to. */
  renderConfirm(confirmation: { readonly site: Site; readonly link: string }, words: Words): Letter;
}

const maxHtmlBytes = 80_000;
/** Less than the 95 KB allowed: the subscriber's own addresses come on top. */
const maxEncodedBytes = 93_000;
/** Three lines of a mail, in columns, and what is tried when that is too much. */
const summaryWidths = [200, 120, 60, 0] as const;

const frame = ["subject", "title", "language", "dir", "leading", "siteUrl", "imprint", "line"];
const digestSlots: Slots = {
  known: new Set([
    ...frame,
    ...["issue", "period", "overview", "contents", "contentsLabel", "sections", "more", "web", "webUrl"],
    ...["anchor", "name", "count", "rule", "posts", "isLead", "headline", "url", "meta", "summary"],
    ...["sentBy", "why", "preferences", "preferencesUrl", "unsubscribe", "unsubscribeUrl"],
  ]),
  needed: ["title", "sections", "posts", "headline", "url", "unsubscribeUrl", "preferencesUrl", "imprint"],
};
const alertSlots: Slots = {
  known: new Set([...frame, "heading", "body", "said", "advice", "why", "statusUrl"]),
  needed: ["heading", "body", "advice", "statusUrl"],
};
const confirmSlots: Slots = {
  known: new Set([...frame, "heading", "body", "button", "confirmUrl", "copy", "open", "expires", "ignore"]),
  needed: ["confirmUrl", "body", "imprint"],
};

/**
 * Reads the mail templates, once. Throws `AppError("template")` when one is missing or has a
 * slot that is unknown or would not be escaped.
 */
export async function digestRenderer(folders: TemplateFolders): Promise<DigestRenderer> {
  const digestHtml = await htmlTemplate(folders, "digest.mjml", digestSlots);
  const digestText = await textTemplate(folders, "digest.txt", digestSlots);
  const confirmHtml = await htmlTemplate(folders, "confirm.mjml", confirmSlots);
  const confirmText = await textTemplate(folders, "confirm.txt", confirmSlots);
  const alertHtml = await htmlTemplate(folders, "alert.mjml", alertSlots);
  const alertText = await textTemplate(folders, "alert.txt", alertSlots);
  return {
    renderVariant: (sheet, words) => {
      const { issue, wanted, order, maxPosts } = sheet;
      const draw = (limit: number, summaryWidth: number) =>
        viewDigest(sheet, choose(issue.posts, wanted, order, limit), summaryWidth, words);
      const view = fitting(draw, digestHtml, Math.min(maxPosts, issue.posts.length));
      const key = variantKey(words.language, wanted);
      return { key, language: words.language, ...letter(view, digestHtml, digestText) };
    },
    renderAlert: (alert, site, words) => letter(viewAlert(alert, words, site), alertHtml, alertText),
    renderConfirm: ({ site, link }, words) =>
      letter(viewConfirm(link, confirmationTtlMs / day, words, site), confirmHtml, confirmText),
  };
}

function letter(view: View, html: Fill, text: Fill): Letter {
  return { subject: String(view.subject), html: html(view), text: text(view) };
}

/** The fullest view that is small enough: first the summaries get shorter, then the posts fewer. */
function fitting(draw: (limit: number, summaryWidth: number) => View, html: Fill, limit: number): View {
  for (const summaryWidth of summaryWidths) {
    const view = draw(limit, summaryWidth);
    if (isSmall(html(view))) return view;
  }
  let [fits, tooMany] = [1, limit];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (isSmall(html(draw(middle, 0)))) fits = middle;
    else tooMany = middle;
  }
  return draw(fits, 0);
}

function isSmall(html: string): boolean {
  return Buffer.byteLength(html) <= maxHtmlBytes && encodedBytes(html) <= maxEncodedBytes;
}

/** How long it is as a part of a mail: in base64 or quoted-printable (RFC 2045 §6), whichever is shorter. */
function encodedBytes(html: string): number {
  const bytes = Buffer.byteLength(html);
  const marked = Buffer.from(html).reduce((sum, byte) => sum + (byte > 126 || byte === 61 ? 1 : 0), 0);
  return Math.min(Math.ceil(bytes / 57) * 78, Math.ceil((bytes + 2 * marked) * (76 / 73)));
}

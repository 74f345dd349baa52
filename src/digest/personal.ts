import { escapeHtml } from "../base/text.ts";
import type { Variant } from "../domain/issue.ts";

/** The addresses that are each subscriber's own. */
export interface PersonalUrls {
  readonly preferences: string;
  readonly unsubscribe: string;
}

/** What is sent: a variant or a confirmation with nothing left to fill in. */
export interface Letter {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/**
 * What stands in a frozen variant where an address of the subscriber's own belongs. They are made of
 * noncharacters, which `visible` takes out of everything that comes from a page: no post can ask for one.
 */
export const personalSlots: PersonalUrls = {
  preferences: "\ufdd0preferences\ufdd1",
  unsubscribe: "\ufdd0unsubscribe\ufdd1",
};

/** A frozen variant as the mail of one subscriber: the same variant and addresses give the same letter. */
export function personalise(variant: Pick<Variant, "subject" | "html" | "text">, urls: PersonalUrls): Letter {
  return {
    subject: variant.subject,
    html: fill(variant.html, {
      preferences: escapeHtml(urls.preferences),
      unsubscribe: escapeHtml(urls.unsubscribe),
    }),
    text: fill(variant.text, urls),
  };
}

function fill(frozen: string, urls: PersonalUrls): string {
  return frozen
    .replaceAll(personalSlots.preferences, () => urls.preferences)
    .replaceAll(personalSlots.unsubscribe, () => urls.unsubscribe);
}

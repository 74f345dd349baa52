import { cut } from "../base/text.ts";
import type { Words } from "../base/words.ts";
import { addressOf } from "../domain/address.ts";
import type { Alert } from "../domain/alert.ts";
import type { Site } from "../domain/site.ts";
import { clean, frame, subjectLength, type View } from "./view.ts";

/** Word to the operator as strings for the templates: what happened, what was heard, what to do. */
export function viewAlert(alert: Alert, words: Words, site: Site): View {
  const issue = alert.kind === "halted" ? alert.issue : 0;
  const heading = words.say(`mail.alert.${alert.kind}.heading`, { issue });
  const code = clean(alert.code);
  return {
    ...frame(words, site),
    subject: cut(`${clean(site.title)}: ${heading}`, subjectLength),
    title: clean(site.title),
    heading,
    body: words.say(`mail.alert.${alert.kind}.body`),
    said: code === "" ? "" : words.say("mail.alert.said", { code }),
    advice: words.say(`mail.alert.${alert.kind}.advice`, { issue }),
    why: words.say("mail.alert.status"),
    statusUrl: addressOf(site.url, "admin"),
  };
}

import { maskEmail } from "../base/log.ts";
import type { Subscriber } from "../domain/subscriber.ts";
import { ownPath, tokenOf } from "./confirming.tsx";
import { formOf, isForeign } from "./form.ts";
import { keepPrivate } from "./headers.ts";
import { Notice, show } from "./layout.tsx";
import { unknownLink } from "./preferences.tsx";
import { refuse } from "./refusal.tsx";
import { type Caller, visitFor } from "./visit.ts";

/** `GET /unsubscribe/<token>`: who it is about, and one button. */
export async function leavePage(c: Caller): Promise<Response> {
  keepPrivate(c);
  const subscriber = await c.get("visit").app.subscribing.whoLeaves(tokenOf(c));
  if (subscriber === null) return unknownLink(c);
  return subscriber.status === "left" ? gone(c, subscriber) : ask(c, subscriber);
}

/**
 * `POST /unsubscribe/<token>`: by the button, or in one click by a mail program (RFC 8058 §3.1), which comes from
 * wherever its reader is and so from no page of ours. Doing it again is no error.
 */
export async function leave(c: Caller): Promise<Response> {
  keepPrivate(c);
  const form = await formOf(c);
  if (form === null) return refuse(c, "form");
  const isOneClick = form.get("List-Unsubscribe") === "One-Click";
  if (!isOneClick && isForeign(c, true)) return refuse(c, "foreign");
  const subscriber = await c.get("visit").app.subscribing.leave(tokenOf(c));
  return subscriber === null ? unknownLink(c) : gone(c, subscriber);
}

function ask(c: Caller, subscriber: Subscriber): Response {
  const visit = visitFor(c.get("visit"), subscriber.language);
  const { words, app } = visit;
  const links = app.subscribing.linksFor(subscriber.id);
  const heading = words.say("leave.title");
  const lead = words.say("leave.lead", { who: maskEmail(subscriber.email), site: app.config.site.title });
  return show(
    c,
    <Notice visit={visit} title={heading} heading={heading} lead={lead} isPrivate>
      <form method="post" action={visit.href(`unsubscribe/${tokenOf(c)}`)}>
        <button type="submit">{words.say("leave.button")}</button>
      </form>
      {links === null ? null : (
        <p class="more">
          <a href={ownPath(visit, links.preferences)}>{words.say("leave.instead")}</a>
        </p>
      )}
    </Notice>,
  );
}

function gone(c: Caller, subscriber: Subscriber): Response {
  const visit = visitFor(c.get("visit"), subscriber.language);
  const { words, app } = visit;
  const heading = words.say("leave.done");
  const lead = words.say("leave.done.next", {
    who: maskEmail(subscriber.email),
    site: app.config.site.title,
  });
  return show(
    c,
    <Notice visit={visit} title={heading} heading={heading} lead={lead} isPrivate>
      {app.subscribing.isOpen ? (
        <p>
          <a href={visit.href("subscribe")}>{words.say("leave.again")}</a>
        </p>
      ) : null}
    </Notice>,
  );
}

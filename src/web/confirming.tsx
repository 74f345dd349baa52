import type { Confirmed } from "../domain/records.ts";
import { formOf, isForeign } from "./form.ts";
import { keepPrivate } from "./headers.ts";
import { Notice, show } from "./layout.tsx";
import { refuse } from "./refusal.tsx";
import { type Caller, type Visit, visitFor } from "./visit.ts";

/** `GET /confirm/<token>`: one button. Programs that open every link of a mail confirm nothing. */
export async function confirmPage(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  keepPrivate(c);
  const state = await app.subscribing.findConfirmation(tokenOf(c));
  if (state !== "confirmed") return useless(c, state);
  const heading = words.say("confirm.title");
  return show(
    c,
    <Notice
      visit={visit}
      title={heading}
      heading={heading}
      lead={words.say("confirm.lead", { site: app.config.site.title })}
      isPrivate
    >
      <form method="post" action={visit.href(`confirm/${tokenOf(c)}`)}>
        <button type="submit">{words.say("confirm.button")}</button>
      </form>
    </Notice>,
  );
}

/** `POST /confirm/<token>`: uses the confirmation up. */
export async function confirm(c: Caller): Promise<Response> {
  keepPrivate(c);
  if (isForeign(c, true)) return refuse(c, "foreign");
  if ((await formOf(c)) === null) return refuse(c, "form");
  const { app } = c.get("visit");
  const confirmed = await app.subscribing.confirm(tokenOf(c));
  if (confirmed.kind !== "confirmed") return useless(c, confirmed.kind);
  const visit = visitFor(c.get("visit"), confirmed.subscriber.language);
  const { words } = visit;
  const heading = words.say("confirm.done");
  const links = app.subscribing.linksFor(confirmed.subscriber.id);
  return show(
    c,
    <Notice
      visit={visit}
      title={heading}
      heading={heading}
      lead={words.say("confirm.done.next", { site: app.config.site.title })}
      isPrivate
    >
      {links === null ? null : (
        <p>
          <a href={ownPath(visit, links.preferences)}>{words.say("confirm.preferences")}</a>
        </p>
      )}
    </Notice>,
  );
}

function useless(c: Caller, kind: Exclude<Confirmed["kind"], "confirmed">): Response {
  const visit = c.get("visit");
  const { words, app } = visit;
  const heading = words.say(`confirm.${kind}`);
  return show(
    c,
    <Notice
      visit={visit}
      title={heading}
      heading={heading}
      lead={words.say(`confirm.${kind}.next`)}
      isPrivate
    >
      {app.subscribing.isOpen ? (
        <p>
          <a href={visit.href("subscribe")}>{words.say("confirm.again")}</a>
        </p>
      ) : null}
    </Notice>,
    kind === "expired" ? 410 : 404,
  );
}

/** The token of a request's address; longer than any of ours is none. */
export function tokenOf(c: Caller): string {
  const token = c.req.param("token") ?? "";
  return token.length <= 200 ? token : "";
}

/** A link of a mail as a link between our pages: the visitor stays at the host they are at. */
export function ownPath(visit: Visit, address: string): string {
  const query = visit.asked === null ? "" : `?lang=${encodeURIComponent(visit.asked)}`;
  return `${new URL(address).pathname}${query}`;
}

import { maskEmail } from "../base/log.ts";
import type { Category } from "../domain/post.ts";
import type { Subscriber } from "../domain/subscriber.ts";
import { CategoryChoice, LanguageChoice, languageIn, tickedIn } from "./choices.tsx";
import { ownPath, tokenOf } from "./confirming.tsx";
import { formOf, isForeign } from "./form.ts";
import { keepPrivate } from "./headers.ts";
import { Notice, Page, show } from "./layout.tsx";
import { refuse } from "./refusal.tsx";
import { type Caller, categoriesOf, type Visit, visitFor } from "./visit.ts";

/** `GET /preferences/<token>`: what somebody gets, to be changed. */
export async function preferencesPage(c: Caller): Promise<Response> {
  keepPrivate(c);
  const subscriber = await c.get("visit").app.subscribing.whoPrefers(tokenOf(c));
  if (subscriber === null) return unknownLink(c);
  return await wishes(c, subscriber, false);
}

/** `POST /preferences/<token>`: saves, and says so. */
export async function prefer(c: Caller): Promise<Response> {
  keepPrivate(c);
  if (isForeign(c, true)) return refuse(c, "foreign");
  const visit = c.get("visit");
  const { subscribing } = visit.app;
  const before = await subscribing.whoPrefers(tokenOf(c));
  if (before === null) return unknownLink(c);
  const form = await formOf(c);
  if (form === null) return refuse(c, "form");
  const categories = tickedIn(form, await choicesFor(visit, before));
  const after = await subscribing.prefer(tokenOf(c), categories, languageIn(form, visit) ?? before.language);
  return after === null ? unknownLink(c) : await wishes(c, after, true);
}

/** What may be ticked: the categories there are, and what was wished for before they went. */
async function choicesFor(visit: Visit, { categories }: Subscriber): Promise<readonly Category[]> {
  const listed = (await categoriesOf(visit)).filter(
    ({ slug, posts }) => posts > 0 || categories?.includes(slug),
  );
  const gone = (categories ?? []).filter((slug) => listed.every((category) => category.slug !== slug));
  return [...listed, ...gone.map((slug) => ({ slug, name: slug }))];
}

async function wishes(c: Caller, subscriber: Subscriber, isSaved: boolean): Promise<Response> {
  const visit = visitFor(c.get("visit"), subscriber.language);
  const { words, app } = visit;
  const who = maskEmail(subscriber.email);
  const heading = words.say("preferences.title");
  const links = app.subscribing.linksFor(subscriber.id);
  if (subscriber.status !== "active" && subscriber.status !== "pending") {
    const lead = words.say(`preferences.${subscriber.status}`, { who });
    return show(c, <Notice visit={visit} title={heading} heading={heading} lead={lead} isPrivate />);
  }
  return show(
    c,
    <Page visit={visit} title={heading} isPrivate>
      <h1>{heading}</h1>
      {isSaved ? (
        <p class="good" role="status">
          {words.say("preferences.saved")}
        </p>
      ) : null}
      <p>{words.say("preferences.lead", { who })}</p>
      <form method="post" action={visit.href(`preferences/${tokenOf(c)}`)}>
        <CategoryChoice
          visit={visit}
          categories={await choicesFor(visit, subscriber)}
          ticked={new Set(subscriber.categories ?? [])}
        />
        <LanguageChoice visit={visit} chosen={subscriber.language} />
        <button type="submit">{words.say("preferences.button")}</button>
      </form>
      {links === null ? null : (
        <p class="more">
          <a href={ownPath(visit, links.unsubscribe)}>{words.say("preferences.leave")}</a>
        </p>
      )}
    </Page>,
  );
}

/** The page for a personal link that is not ours, or not whole. */
export function unknownLink(c: Caller): Response {
  const visit = c.get("visit");
  const heading = visit.words.say("link.unknown");
  return show(
    c,
    <Notice
      visit={visit}
      title={heading}
      heading={heading}
      lead={visit.words.say("link.unknown.next")}
      isPrivate
    />,
    404,
  );
}

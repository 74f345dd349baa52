import type { Category } from "../domain/post.ts";
import { CategoryChoice, LanguageChoice, languageIn, tickedIn } from "./choices.tsx";
import { formOf, isForeign } from "./form.ts";
import { keepShortly } from "./headers.ts";
import { explain, Notice, Page, show } from "./layout.tsx";
import { networkOf } from "./network.ts";
import { refuse } from "./refusal.tsx";
import { type Caller, categoriesOf, type Visit } from "./visit.ts";

/** What a visitor has typed so far. */
interface Typed {
  readonly email: string;
  readonly ticked: ReadonlySet<string>;
  readonly language: string | null;
  /** The address is none. */
  readonly isWrong: boolean;
}

const nothing: Typed = { email: "", ticked: new Set(), language: null, isWrong: false };
/** How long a form may be refused, seconds: the counters run by the hour. */
const retryAfter = "3600";

/** `GET /subscribe`: the form. */
export async function subscribeForm(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  if (!visit.app.subscribing.isOpen) return closed(c);
  keepShortly(c);
  return show(c, <Form visit={visit} categories={await offered(visit)} typed={nothing} />);
}

/** `POST /subscribe`: the answer is the same for every address, so that nobody learns who subscribes. */
export async function subscribe(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  if (isForeign(c, false)) return refuse(c, "foreign");
  const form = await formOf(c);
  if (form === null) return refuse(c, "form");
  const categories = await offered(visit);
  const email = (form.get("email") ?? "").slice(0, 500);
  const language = languageIn(form, visit);
  const answer = await app.subscribing.signUp({
    email,
    categories: tickedIn(form, categories),
    language,
    network: networkOf(c),
    shownIn: visit.words.language,
  });
  switch (answer) {
    case "closed":
      return closed(c);
    case "busy":
      c.header("Retry-After", retryAfter);
      return explain(c, "subscribe.busy", 429);
    case "not-an-address": {
      const typed = { email, ticked: new Set(form.getAll("category")), language, isWrong: true };
      return show(c, <Form visit={visit} categories={categories} typed={typed} />, 422);
    }
    case "asked":
      return show(
        c,
        <Notice
          visit={visit}
          title={words.say("subscribe.asked")}
          heading={words.say("subscribe.asked")}
          lead={words.say("subscribe.asked.next")}
          isPrivate
        >
          <p class="meta">{words.say("subscribe.asked.nothing")}</p>
        </Notice>,
      );
    default:
      return answer satisfies never;
  }
}

async function offered(visit: Visit): Promise<readonly Category[]> {
  return (await categoriesOf(visit)).filter(({ posts }) => posts > 0);
}

function closed(c: Caller): Response {
  return explain(c, "subscribe.closed", 403);
}

function Form({ visit, categories, typed }: { visit: Visit; categories: readonly Category[]; typed: Typed }) {
  const { words, app } = visit;
  return (
    <Page visit={visit} title={words.say("page.subscribe")}>
      <h1>{words.say("page.subscribe")}</h1>
      <p>{words.say("subscribe.lead", { site: app.config.site.title })}</p>
      <form method="post" action={visit.href("subscribe")} novalidate>
        <p class="field">
          <label for="email">{words.say("subscribe.email")}</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="email"
            required
            value={typed.email}
            aria-invalid={typed.isWrong ? "true" : undefined}
            aria-describedby={typed.isWrong ? "email-error" : undefined}
            autofocus={typed.isWrong}
          />
          {typed.isWrong ? (
            <span class="bad error" id="email-error" role="alert">
              {words.say("subscribe.wrong")}
            </span>
          ) : null}
        </p>
        <CategoryChoice visit={visit} categories={categories} ticked={typed.ticked} />
        <LanguageChoice visit={visit} chosen={typed.language} />
        <p class="hint">{words.say("subscribe.consent", { site: app.config.site.title })}</p>
        <button type="submit">{words.say("subscribe.button")}</button>
      </form>
    </Page>
  );
}

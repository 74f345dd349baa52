import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { App } from "../app.ts";
import type { Speech, Words } from "../base/words.ts";
import { addressOf } from "../domain/address.ts";
import { byOrder, categoryOrder } from "../domain/order.ts";
import type { CategoryRow } from "../domain/records.ts";

/** The part of the house that the web needs. */
export type WebNeeds = Pick<
  App,
  "config" | "version" | "clock" | "log" | "speech" | "store" | "shelf" | "subscribing" | "tally"
>;

/** What every handler has at hand. */
export interface Visit {
  readonly app: WebNeeds;
  readonly words: Words;
  /** The language asked for in so many words (`?lang=`), or null: links carry it on. */
  readonly asked: string | null;
  /** The address of this request as a link, without its query. */
  readonly path: string;
  /** A path of ours (`c/nlp`, not encoded, no slash in front) as a link. */
  href(path: string): string;
}

/** The environment of our routes; `incoming` is there when a socket is. */
export interface Door {
  Bindings: Partial<HttpBindings>;
  Variables: { visit: Visit };
}

/** A request on its way through our routes. */
export type Caller = Context<Door>;

/** Gives each request its visit: the language of the reader and how links are written for them. */
export function receive(app: WebNeeds): MiddlewareHandler<Door> {
  const base = new URL(app.config.site.url).pathname.replace(/\/+$/, "");
  return async (c, next) => {
    const wish = c.req.query("lang") ?? null;
    const asked = wish !== null && app.speech.languages.includes(wish) ? wish : null;
    const words = app.speech.in(asked ?? acceptedLanguage(c.req.header("accept-language"), app.speech));
    c.set("visit", visitOf(app, words, asked, base, new URL(c.req.url).pathname));
    await next();
    if (c.res.headers.get("content-type")?.startsWith("text/html")) {
      c.res.headers.append("Vary", "Accept-Language");
    }
  };
}

function visitOf(app: WebNeeds, words: Words, asked: string | null, base: string, path: string): Visit {
  const query = asked === null ? "" : `?lang=${encodeURIComponent(asked)}`;
  return {
    app,
    words,
    asked,
    path: `${base}/${path.replace(/^\/+/, "")}`,
    href: (to) => `${addressOf(base, to)}${query}`,
  };
}

/** The same visit in the language somebody has chosen for their mails, unless they ask for another one here. */
export function visitFor(visit: Visit, language: string | null): Visit {
  return visit.asked !== null || language === null
    ? visit
    : { ...visit, words: visit.app.speech.in(language) };
}

/** The first language of `Accept-Language` (RFC 9110 §12.5.4) that is spoken here, or null for the site's. */
export function acceptedLanguage(header: string | undefined, speech: Speech): string | null {
  const wishes = (header ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return { tag: tag.toLowerCase(), weight: weight === undefined ? 1 : Number(weight) || 0 };
    })
    .filter(({ tag, weight }) => tag !== "" && weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { tag } of wishes) {
    if (tag === "*") return null;
    const spoken = speech.languages.find(
      (language) => language.toLowerCase() === tag || language.toLowerCase() === tag.split("-")[0],
    );
    if (spoken !== undefined) return spoken;
  }
  return null;
}

/** Every category, in the configured order. */
export async function categoriesOf({ app }: Visit): Promise<readonly CategoryRow[]> {
  const order = categoryOrder(app.config.categories);
  return (await app.store.listCategories()).toSorted(byOrder(order));
}

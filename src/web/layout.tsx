import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { feedFormats, feedPath, feedTypes, formatNames } from "../domain/address.ts";
import type { PostScope } from "../domain/records.ts";
import { stylesQuery } from "./styles.ts";
import type { Caller, Visit } from "./visit.ts";

/** What our components give. */
export type Markup = ReturnType<typeof Page>;

/** What a feed reader finds on a page: a scope's feeds in all formats. */
export interface Advertised {
  readonly scope: PostScope;
  readonly title: string;
}

interface Frame {
  readonly visit: Visit;
  /** The page's own title; null on the home page. */
  readonly title: string | null;
  /** The feeds of what the page shows; those of everything come by themselves. */
  readonly feeds?: readonly Advertised[];
  /** Not for search engines. */
  readonly isPrivate?: boolean;
  /** Wide, for tables. */
  readonly isWide?: boolean;
  readonly children?: Child;
}

/** The feeds of everything, which every page advertises behind its own. */
function everything({ app }: Visit): Advertised {
  return { scope: { kind: "all" }, title: app.config.site.title };
}

/** A whole page: head, way round, content, foot. */
export function Page({ visit, title, feeds = [], isPrivate = false, isWide = false, children }: Frame) {
  const { site } = visit.app.config;
  const { language, dir } = visit.words;
  return (
    <html lang={language} dir={dir}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {isPrivate ? <meta name="robots" content="noindex, nofollow" /> : null}
        <title>{title === null ? site.title : `${title} · ${site.title}`}</title>
        <link rel="stylesheet" href={`${bare(visit, "style.css")}?${stylesQuery}`} />
        <link rel="icon" type="image/svg+xml" href={bare(visit, "favicon.svg")} />
        {[...feeds, everything(visit)].map((one) => (
          <Autodiscovery visit={visit} advertised={one} />
        ))}
      </head>
      <body class={isWide ? "wide" : undefined}>
        <Top visit={visit} />
        <main id="main">{children}</main>
        <Foot visit={visit} isPrivate={isPrivate} />
      </body>
    </html>
  );
}

/** A feed in all formats, and its twin, for readers and browsers to find. */
function Autodiscovery({ visit, advertised: { scope, title } }: { visit: Visit; advertised: Advertised }) {
  return (
    <>
      {feedFormats.map((format) => (
        <link
          rel="alternate"
          type={feedTypes[format]}
          title={`${title} (${formatNames[format]})`}
          href={bare(visit, feedPath(scope, format))}
        />
      ))}
      <link rel="alternate" type="text/html" title={title} href={bare(visit, feedPath(scope, "html"))} />
    </>
  );
}

function Top({ visit }: { visit: Visit }) {
  const { words, app } = visit;
  return (
    <>
      <a class="skip" href="#main">
        {words.say("page.skip")}
      </a>
      <header class="top">
        <a class="name" href={visit.href("")}>
          {app.config.site.title}
        </a>
        <nav aria-label={words.say("page.nav")}>
          <a href={visit.href("issues")}>{words.say("page.issues")}</a>
          <a href={visit.href("feeds")}>{words.say("page.feeds")}</a>
          {app.subscribing.isOpen ? (
            <a href={visit.href("subscribe")}>{words.say("page.subscribe")}</a>
          ) : null}
        </nav>
      </header>
    </>
  );
}

function Foot({ visit, isPrivate }: { visit: Visit; isPrivate: boolean }) {
  const { app, words } = visit;
  const lines = app.config.site.imprint.split("\n").filter((line) => line.trim() !== "");
  const others = app.speech.languages.filter((language) => language !== words.language);
  return (
    <footer class="foot">
      {lines.length > 0 ? (
        <p>
          {lines.map((line, n) => (
            <>
              {n > 0 ? <br /> : null}
              {line}
            </>
          ))}
        </p>
      ) : null}
      <p>
        {words.say("page.made")}
        {isPrivate
          ? null
          : others.map((language) => (
              <>
                {" · "}
                <a href={`${visit.path}?lang=${language}`} lang={language} hreflang={language}>
                  {app.speech.in(language).say("page.language")}
                </a>
              </>
            ))}
      </p>
    </footer>
  );
}

/** A link to a file of ours, which speaks no language. */
export function bare(visit: Visit, path: string): string {
  return visit.href(path).replace(/\?.*$/, "");
}

/** Sends a page. */
export function show(c: Caller, page: Markup, status: ContentfulStatusCode = 200): Response {
  return c.body(`<!doctype html>${page}`, status, { "Content-Type": "text/html; charset=utf-8" });
}

/** A short page: what happened, then what to do. */
export function Notice(
  props: Frame & {
    readonly heading: string;
    readonly lead?: string | undefined;
    readonly isPrivate?: boolean;
  },
) {
  const { heading, lead, children, ...frame } = props;
  return (
    <Page {...frame}>
      <h1>{heading}</h1>
      {lead === undefined ? null : <p>{lead}</p>}
      {children}
    </Page>
  );
}

/** Answers with a page of two sentences, `key` and `<key>.next`: what happened, what to do. */
export function explain(c: Caller, key: string, status: 401 | 403 | 404 | 429): Response {
  const visit = c.get("visit");
  const heading = visit.words.say(key);
  const lead = visit.words.say(`${key}.next`);
  return show(c, <Notice visit={visit} title={heading} heading={heading} lead={lead} isPrivate />, status);
}

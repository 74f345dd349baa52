import { feedFormats, feedPath, formatNames, opmlPath } from "../domain/address.ts";
import type { PostScope } from "../domain/records.ts";
import { keepShortly } from "./headers.ts";
import { bare, Page, show } from "./layout.tsx";
import { type Caller, categoriesOf, type Visit } from "./visit.ts";

function Formats({ visit, scope, name }: { visit: Visit; scope: PostScope; name: string }) {
  return (
    <>
      {feedFormats.map((format, n) => (
        <>
          {n > 0 ? " · " : null}
          <a href={bare(visit, feedPath(scope, format))} aria-label={`${name}: ${formatNames[format]}`}>
            {formatNames[format]}
          </a>
        </>
      ))}
    </>
  );
}

/** `/feeds`: every feed there is, for people. */
export async function feedList(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  const [categories, sources] = await Promise.all([categoriesOf(visit), app.store.listSources()]);
  const all: PostScope = { kind: "all" };
  keepShortly(c);
  return show(
    c,
    <Page visit={visit} title={words.say("page.feeds")}>
      <h1>{words.say("page.feeds")}</h1>
      <p>{words.say("feeds.what")}</p>
      <FeedTable
        visit={visit}
        title={words.say("feeds.everything")}
        rows={[{ scope: all, name: app.config.site.title }]}
      />
      <FeedTable
        visit={visit}
        title={words.say("feeds.categories")}
        rows={categories.map(({ slug, name }) => ({ scope: { kind: "category", slug }, name }))}
      />
      <FeedTable
        visit={visit}
        title={words.say("feeds.sources")}
        rows={sources
          .filter(({ configured }) => configured)
          .map(({ id, name }) => ({ scope: { kind: "source", id }, name }))}
      />
      <p>
        <a href={bare(visit, opmlPath)}>{words.say("feeds.opml")}</a>
      </p>
    </Page>,
  );
}

function FeedTable(props: {
  visit: Visit;
  title: string;
  rows: readonly { readonly scope: PostScope; readonly name: string }[];
}) {
  const { visit, title, rows } = props;
  if (rows.length === 0) return null;
  return (
    <section>
      <h2 class="label">{title}</h2>
      <ul class="pairs">
        {rows.map(({ scope, name }) => (
          <li>
            <a href={bare(visit, feedPath(scope, "html"))}>{name}</a>
            <span>
              <Formats visit={visit} scope={scope} name={name} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

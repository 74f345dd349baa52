import { safeHttpUrl } from "../base/url.ts";
import type { PostScope } from "../domain/records.ts";
import { Chooser } from "./chooser.tsx";
import { keepShortly, runsScript } from "./headers.ts";
import { Page, show } from "./layout.tsx";
import { listed, PostLine } from "./listing.tsx";
import { refuse } from "./refusal.tsx";
import type { Caller } from "./visit.ts";

const newest = 100;

interface Scoped {
  readonly scope: PostScope;
  readonly name: string;
  /** How many posts there are. */
  readonly count: number;
  /** Where they come from, or null. */
  readonly url: string | null;
}

/** `/c/<slug>`: the newest posts of a category. */
export async function category(c: Caller): Promise<Response> {
  const slug = c.req.param("slug") ?? "";
  const row = (await c.get("visit").app.store.listCategories()).find((known) => known.slug === slug);
  if (row === undefined) return refuse(c, "missing");
  return newestOf(c, { scope: { kind: "category", slug }, name: row.name, count: row.posts, url: null });
}

/** `/s/<id>`: the newest posts of a source. */
export async function source(c: Caller): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const row = (await c.get("visit").app.store.listSources()).find((known) => known.id === id);
  if (row === undefined || !row.configured) return refuse(c, "missing");
  return newestOf(c, {
    scope: { kind: "source", id },
    name: row.name,
    count: row.posts,
    url: safeHttpUrl(row.url),
  });
}

async function newestOf(c: Caller, { scope, name, count, url }: Scoped): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  const posts = await app.store.latestPosts(scope, newest);
  keepShortly(c);
  runsScript(c);
  return show(
    c,
    <Page visit={visit} title={name} feeds={[{ scope, title: `${name} · ${app.config.site.title}` }]}>
      <h1>{name}</h1>
      <p class="meta">
        {words.say("category.count", { count })}
        {url === null ? null : (
          <>
            {" · "}
            <a href={url}>{new URL(url).host}</a>
          </>
        )}
      </p>
      <Chooser visit={visit} scope={scope} />
      {posts.length === 0 ? <p class="empty">{words.say("category.empty")}</p> : null}
      {posts.map((post) => (
        <PostLine visit={visit} post={listed(visit, post)} />
      ))}
      {count > posts.length && posts.length > 0 ? (
        <p class="more meta">{words.say("category.newest", { count: posts.length })}</p>
      ) : null}
    </Page>,
  );
}

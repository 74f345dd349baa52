import { raw } from "hono/html";
import { safeHttpUrl } from "../base/url.ts";
import type { ShownPost } from "../domain/post.ts";
import { keepShortly } from "./headers.ts";
import { Page, show } from "./layout.tsx";
import { Also, listed, PostDate } from "./listing.tsx";
import { refuse } from "./refusal.tsx";
import type { Caller, Visit } from "./visit.ts";

/** `/p/<id>`: a post's own page. Held and unknown ones are not there. */
export async function post(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  const id = Number(c.req.param("id"));
  const found = Number.isSafeInteger(id) ? await app.store.getPost(id) : null;
  if (found === null || found.held) return refuse(c, "missing");
  const url = safeHttpUrl(found.url);
  keepShortly(c);
  return show(
    c,
    <Page
      visit={visit}
      title={found.title}
      feeds={found.shownIn.map(({ slug, name }) => ({
        scope: { kind: "category", slug },
        title: `${name} · ${app.config.site.title}`,
      }))}
    >
      <article>
        <h1>{found.title}</h1>
        <p class="meta">
          {found.sourceName}
          {" · "}
          <PostDate visit={visit} post={listed(visit, found)} />
          <Also visit={visit} places={found.alsoAt} />
        </p>
        <div class="prose">
          <Body post={found} />
        </div>
        {url === null ? null : (
          <p>
            <a href={url}>{words.say("post.original", { source: found.sourceName })}</a>
          </p>
        )}
        <Filed visit={visit} post={found} />
      </article>
    </Page>,
  );
}

/** Its markup (sanitised when it was read), else its text in paragraphs. */
function Body({ post: { html, text } }: { post: ShownPost }) {
  if (html !== null) return <>{raw(html)}</>;
  const paragraphs = (text ?? "").split(/\n{2,}/).filter((part) => part.trim() !== "");
  return (
    <>
      {paragraphs.map((part) => (
        <p class="lines">{part}</p>
      ))}
    </>
  );
}

function Filed({ visit, post: { shownIn } }: { visit: Visit; post: ShownPost }) {
  if (shownIn.length === 0) return null;
  return (
    <p class="meta">
      {visit.words.say("post.filed")}
      {visit.words.say("page.gap")}
      {shownIn.map(({ slug, name }, n) => (
        <>
          {n > 0 ? visit.words.say("post.and") : null}
          <a href={visit.href(`c/${slug}`)}>{name}</a>
        </>
      ))}
    </p>
  );
}

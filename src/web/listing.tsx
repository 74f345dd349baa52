import { safeHttpUrl } from "../base/url.ts";
import { postPath } from "../domain/address.ts";
import { frozenPost } from "../domain/frozen.ts";
import type { IssuePost } from "../domain/issue.ts";
import type { AlsoAt, ShownPost } from "../domain/post.ts";
import type { Visit } from "./visit.ts";

/** A post of the store in the form of an issue's: what lists show. */
export function listed(visit: Visit, post: ShownPost): IssuePost {
  const frozen = frozenPost(post, visit.app.config.site);
  return { ...frozen, url: safeHttpUrl(post.url) ?? visit.href(postPath(post.id)) };
}

/** A post's day as people read it; one without a date says when it was first seen. */
export function PostDate({ visit, post }: { visit: Visit; post: Pick<IssuePost, "on" | "isDated"> }) {
  const written = visit.words.day(post.on);
  return (
    <time datetime={post.on}>{post.isDated ? written : visit.words.say("post.seen", { date: written })}</time>
  );
}

/** Where else the same post was told. */
export function Also({ visit, places }: { visit: Visit; places: readonly AlsoAt[] }) {
  if (places.length === 0) return null;
  return (
    <>
      {` · ${visit.words.say("post.also")}${visit.words.say("page.gap")}`}
      {places.map((place, n) => {
        const url = safeHttpUrl(place.url);
        return (
          <>
            {n > 0 ? visit.words.say("post.and") : null}
            {url === null ? place.sourceName : <a href={url}>{place.sourceName}</a>}
          </>
        );
      })}
    </>
  );
}

/** A post in a list: the title is the link, then one muted line, then at most three lines of summary. */
export function PostLine({ visit, post }: { visit: Visit; post: IssuePost }) {
  const url = post.url.startsWith("/") ? post.url : safeHttpUrl(post.url);
  return (
    <article class="post">
      <h3>{url === null ? post.title : <a href={url}>{post.title}</a>}</h3>
      <p class="meta">
        {post.sourceName}
        {" · "}
        <PostDate visit={visit} post={post} />
        <Also visit={visit} places={post.alsoAt} />
      </p>
      {post.summary === "" ? null : <p class="summary">{post.summary}</p>}
    </article>
  );
}

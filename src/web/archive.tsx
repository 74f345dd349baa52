import { groupByCategory, type Issue } from "../domain/issue.ts";
import { categoryOrder } from "../domain/order.ts";
import { keepShortly } from "./headers.ts";
import { Page, show } from "./layout.tsx";
import { PostLine } from "./listing.tsx";
import { refuse } from "./refusal.tsx";
import type { Caller } from "./visit.ts";

/** Whether everybody may read an issue: not before the operator approved it, and not when it was cancelled. */
export function isPublic({ state }: Pick<Issue, "state">): boolean {
  return state !== "approval" && state !== "cancelled" && state !== "opening";
}

/** `/issues`: the editions so far, the newest first. */
export async function issues(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  const shown = (await app.store.listIssues()).filter(isPublic);
  keepShortly(c);
  return show(
    c,
    <Page visit={visit} title={words.say("page.issues")}>
      <h1>{words.say("page.issues")}</h1>
      {shown.length === 0 ? <p class="empty">{words.say("issues.empty")}</p> : null}
      <ul class="pairs">
        {shown.map(({ number, title, openedAt, accounting }) => (
          <li>
            <a href={visit.href(`issues/${number}`)}>{words.say("issues.name", { title, number })}</a>
            <span class="meta">
              {words.date(openedAt, app.config.site.timeZone)}
              {" · "}
              {words.say("issues.posts", { count: accounting.posts })}
            </span>
          </li>
        ))}
      </ul>
    </Page>,
  );
}

/** `/issues/<n>`: the web edition, with everything the mail may have had to leave out. */
export async function issue(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  const { timeZone } = app.config.site;
  const number = Number(c.req.param("n"));
  const found = Number.isSafeInteger(number) ? await app.store.getIssue(number) : null;
  if (found === null || !isPublic(found)) return refuse(c, "missing");
  const sections = groupByCategory(found.posts, null, categoryOrder(app.config.categories));
  const name = words.say("issues.name", { title: found.title, number });
  const period = {
    from: words.date(found.period.startedAt, timeZone),
    to: words.date(found.openedAt, timeZone),
  };
  keepShortly(c);
  return show(
    c,
    <Page visit={visit} title={name}>
      <h1>{name}</h1>
      <p class="meta">
        {words.say("issues.period", period)}
        {" · "}
        {words.say("issues.posts", { count: found.posts.length })}
      </p>
      {sections.map(({ category, posts }) => (
        <section>
          <h2 class="label">
            {category?.name ?? words.say("home.uncategorised")}{" "}
            <span class="count">{words.number(posts.length)}</span>
          </h2>
          {posts.map((post) => (
            <PostLine visit={visit} post={post} />
          ))}
        </section>
      ))}
      <p class="more">
        <a href={visit.href("issues")}>{words.say("issues.all")}</a>
      </p>
    </Page>,
  );
}

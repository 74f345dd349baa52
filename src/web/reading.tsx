import { groupByCategory, type Section } from "../domain/issue.ts";
import { categoryOrder } from "../domain/order.ts";
import type { CategoryRow, PostScope } from "../domain/records.ts";
import { Chooser } from "./chooser.tsx";
import { keepShortly, runsScript } from "./headers.ts";
import { Page, show } from "./layout.tsx";
import { listed, PostLine } from "./listing.tsx";
import type { Caller, Visit } from "./visit.ts";

const newest = 100;
/** How many posts of a category the home page shows. */
const perCategory = 8;
const everything: PostScope = { kind: "all" };

/** `/`: the newest posts by category. */
export async function home(c: Caller): Promise<Response> {
  const visit = c.get("visit");
  const { app, words } = visit;
  runsScript(c);
  const [posts, categories] = await Promise.all([
    app.store.latestPosts(everything, newest),
    app.store.listCategories(),
  ]);
  const order = categoryOrder(app.config.categories);
  const lines = posts.map((post) => listed(visit, post));
  const sections = groupByCategory(lines, null, order);
  keepShortly(c);
  return show(
    c,
    <Page visit={visit} title={null}>
      <h1>{words.say("home.title")}</h1>
      {sections.length === 0 ? <Nothing visit={visit} /> : <Intro visit={visit} />}
      <Chooser visit={visit} scope={everything} />
      {sections.map((section) => (
        <HomeSection visit={visit} section={section} categories={categories} />
      ))}
      {sections.length === 0 ? null : <Others visit={visit} shown={sections} categories={categories} />}
    </Page>,
  );
}

function Intro({ visit }: { visit: Visit }) {
  const { words, app } = visit;
  if (!app.subscribing.isOpen) return null;
  return (
    <p class="intro">
      {words.say("home.intro")}
      {words.say("page.gap")}
      <a href={visit.href("subscribe")}>{words.say("home.subscribe")}</a>
    </p>
  );
}

function HomeSection(props: { visit: Visit; section: Section; categories: readonly CategoryRow[] }) {
  const { visit, section, categories } = props;
  const { words } = visit;
  const { category } = section;
  const count = categories.find(({ slug }) => slug === category?.slug)?.posts ?? section.posts.length;
  const shown = section.posts.slice(0, perCategory);
  return (
    <section>
      <h2 class="label">
        {category === null ? (
          words.say("home.uncategorised")
        ) : (
          <a href={visit.href(`c/${category.slug}`)}>{category.name}</a>
        )}{" "}
        <span class="count">{words.number(count)}</span>
      </h2>
      {shown.map((post) => (
        <PostLine visit={visit} post={post} />
      ))}
      {category !== null && count > shown.length ? (
        <p class="more">
          <a href={visit.href(`c/${category.slug}`)}>
            {words.say("home.more", { category: category.name, count })}
          </a>
        </p>
      ) : null}
    </section>
  );
}

/** Categories that none of the posts above stands in. */
function Others(props: { visit: Visit; shown: readonly Section[]; categories: readonly CategoryRow[] }) {
  const { visit, shown, categories } = props;
  const slugs = new Set(shown.map(({ category }) => category?.slug));
  const others = categories.filter(({ slug, posts }) => posts > 0 && !slugs.has(slug));
  if (others.length === 0) return null;
  return (
    <nav class="others" aria-label={visit.words.say("home.others")}>
      <h2 class="label">{visit.words.say("home.others")}</h2>
      <ul class="plain">
        {others.map(({ slug, name, posts }) => (
          <li>
            <a href={visit.href(`c/${slug}`)}>{name}</a>{" "}
            <span class="count">{visit.words.number(posts)}</span>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The first run: nothing is there yet, and this is how something comes. */
function Nothing({ visit }: { visit: Visit }) {
  const { words, app } = visit;
  const hasSources = app.config.sources.some(({ enabled }) => enabled);
  return (
    <div class="empty">
      <p>{words.say(hasSources ? "home.waiting" : "home.empty")}</p>
      <p>{words.say(hasSources ? "home.waiting.next" : "home.empty.next")}</p>
      <p>
        <code>{hasSources ? "postwire run all" : "postwire add https://example.org/blog"}</code>
      </p>
    </div>
  );
}

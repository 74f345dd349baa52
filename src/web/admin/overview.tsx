import { mailTroubles } from "../../domain/health.ts";
import type { ShownPost } from "../../domain/post.ts";
import { explain, Page, show } from "../layout.tsx";
import type { Caller, WebNeeds } from "../visit.ts";
import { opens } from "./door.ts";
import { Counts, HeldPosts, IssueTable, Unknowns } from "./mails.tsx";
import { columns, SourceTable } from "./table.tsx";

/** The most of a kind that is listed by name. */
const listedAtMost = 50;
/** How many rows are looked through for held posts. */
const pageSize = 1_000;
const pagesAtMost = 20;

/** `/admin`: how everything is, behind the admin password; without one set there is no such page. */
export async function status(c: Caller): Promise<Response> {
  c.header("Cache-Control", "no-store");
  c.header("Referrer-Policy", "no-referrer");
  c.header("X-Robots-Tag", "noindex, nofollow");
  const visit = c.get("visit");
  const { app, words } = visit;
  const password = app.config.secrets.adminPassword;
  if (password === null) return explain(c, "admin.off", 404);
  if (!opens(c.req.header("authorization"), password)) {
    c.header("WWW-Authenticate", 'Basic realm="Postwire", charset="UTF-8"');
    return explain(c, "admin.locked", 401);
  }
  const now = app.clock.now();
  const [health, sources, issues, unknowns] = await Promise.all([
    app.store.health(now),
    app.store.listSources(),
    app.store.listIssues(),
    app.store.listDeliveries({ issue: null, state: "unknown", after: 0, limit: listedAtMost }),
  ]);
  const held = await heldPosts(app, health.held);
  const sort = columns.find((column) => column === c.req.query("sort")) ?? "state";
  return show(
    c,
    <Page visit={visit} title={words.say("admin.title")} isPrivate isWide>
      <h1>{words.say("admin.title")}</h1>
      <p>
        {words.say(health.sources.failing === 0 ? "admin.well" : "admin.ill", {
          count: health.sources.failing,
        })}
      </p>
      {mailTroubles(health, words, now).map((sentence) => (
        <p class="bad">{sentence}</p>
      ))}
      <Counts visit={visit} health={health} />
      <Unknowns visit={visit} deliveries={unknowns} />
      <HeldPosts visit={visit} posts={held} count={health.held} />
      <h2 class="label">{words.say("admin.sources")}</h2>
      <SourceTable visit={visit} rows={sources} sort={sort} now={now} />
      <h2 class="label">{words.say("admin.issues")}</h2>
      <IssueTable visit={visit} issues={issues} />
      <p class="more">Postwire {app.version}</p>
    </Page>,
  );
}

async function heldPosts({ store }: WebNeeds, count: number): Promise<readonly ShownPost[]> {
  const found: ShownPost[] = [];
  let after = 0;
  for (let page = 0; page < pagesAtMost && found.length < Math.min(count, listedAtMost); page++) {
    const rows = await store.listPosts({ source: null, after, limit: pageSize });
    found.push(...rows.filter(({ held }) => held));
    after = rows.at(-1)?.id ?? after;
    if (rows.length < pageSize) break;
  }
  return found.slice(0, listedAtMost);
}

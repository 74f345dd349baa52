import type { Command } from "commander";
import type { App } from "../app.ts";
import { isoInstant } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { cut } from "../base/text.ts";
import { addressOf, postPath } from "../domain/address.ts";
import type { ShownPost } from "../domain/post.ts";
import { type CommonOptions, common, contextOf, requireSource, wholeNumber, withApp } from "./context.ts";
import { counted } from "./output.ts";

interface PostsFlags extends CommonOptions {
  readonly source?: string;
}

const pageSize = 1_000;

export function postsCommand(program: Command): void {
  const posts = program.command("posts").description("the posts that are kept, held ones too");
  common(posts, "postwire posts --source notes")
    .option("--source <id>", "only of this source")
    .action(listPosts);
  for (const [verb, what] of [
    ["release", "makes a held post news"],
    ["hide", "keeps a held post out for good"],
  ] as const) {
    common(posts.command(verb).description(what).argument("<id>"), `postwire posts ${verb} 17`).action(
      (id: string, _: unknown, command: Command) => judge(id, verb, command.optsWithGlobals()),
    );
  }
}

async function listPosts(_: unknown, command: Command): Promise<void> {
  const flags = command.optsWithGlobals<PostsFlags>();
  const context = contextOf(flags);
  const { out } = context;
  await withApp(context, async (app) => {
    if (flags.source !== undefined) requireSource(await app.store.listSources(), flags.source);
    const rows: string[][] = [];
    for await (const post of allPosts(app, flags.source ?? null)) {
      out.json(postLine(post, app.config.site.url));
      rows.push([
        String(post.id),
        post.dateOn ?? "no date",
        post.source,
        post.held ? out.tone("attention", "held") : "",
        cut(post.title, 70),
      ]);
    }
    if (rows.length === 0) out.say("There are no posts yet. Look at the sources: postwire run refresh");
    else out.say(`${counted(rows.length, "post")}.\n`);
    if (rows.length > 0)
      out.table([["ID", "DATE", "SOURCE", "", "TITLE"].map((head) => out.tone("muted", head)), ...rows]);
  });
}

async function* allPosts(app: App, source: string | null): AsyncGenerator<ShownPost> {
  for (let after = 0; ; ) {
    const page = await app.store.listPosts({ source, after, limit: pageSize });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}

function postLine(post: ShownPost, site: string) {
  const { id, source, key, title, url, text, dateOnly, held } = post;
  return {
    ...{ id, source, key, title, url, page: addressOf(site, postPath(id)), text },
    categories: post.shownIn.map(({ name }) => name),
    ...{ date: post.dateOn, publishedAt: isoInstant(post.publishedAt), dateOnly },
    firstSeenAt: isoInstant(post.firstSeenAt),
    updatedAt: isoInstant(post.updatedAt),
    alsoAt: post.alsoAt.map((also) => ({ source: also.source, url: also.url })),
    held,
  };
}

async function judge(written: string, verdict: "release" | "hide", options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  const id = wholeNumber(written);
  await withApp(context, async (app) => {
    if (!(await app.store.judgePost(id, verdict, app.clock.now()))) {
      throw new AppError("unknown", `There is no held post ${id}.`, {
        hint: "`postwire posts` lists them; held ones are marked.",
      });
    }
    context.out.json({ id, verdict });
    context.out.say(verdict === "release" ? `Post ${id} is news now.` : `Post ${id} stays hidden.`);
  });
}

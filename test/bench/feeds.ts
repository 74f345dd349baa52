import { Feed } from "feed";
import { feedPath } from "../../src/domain/address.ts";
import { buildFeed } from "../../src/feeds/build.ts";
import { aPost } from "../feeds/posts.ts";
import { medianMs, report } from "./clock.ts";

const site = "https://digest.example.org";
const url = (format: "atom" | "rss" | "json") => `${site}/${feedPath({ kind: "all" }, format)}`;
const about = {
  title: "Notes",
  subtitle: "",
  language: "en",
  author: "Notes",
  site,
  pageUrl: `${site}/`,
  urls: { atom: url("atom"), rss: url("rss"), json: url("json") },
  generator: "Postwire",
  hub: null,
  tag: "tag:digest.example.org,2026:all",
  emptyAt: 0,
};

/** 100 posts of 2 KB in three formats: cleaned, finished and read back, beside the bare `feed` package. */
export async function feedsOut(): Promise<void> {
  const html = `<p>${"A sentence about what there is to see. ".repeat(50)}</p>`;
  const posts = Array.from({ length: 100 }, (_, n) => aPost({ id: n + 1, html }));
  const bare = () => {
    const feed = new Feed({ id: about.tag, title: about.title, copyright: "", updated: new Date(0) });
    for (const post of posts) {
      feed.addItem({
        id: post.tag,
        title: post.title,
        link: post.url ?? "",
        date: new Date(post.updatedAt),
        content: html,
      });
    }
    return [feed.atom1(), feed.rss2(), feed.json1()];
  };
  const [ours, theirs] = [await medianMs(30, () => buildFeed(about, posts)), await medianMs(30, bare)];
  report("feeds-out: 100 posts, three formats, read back", ours, "bare feed package", theirs);
}

import { day, hour, type Instant } from "../../src/base/clock.ts";
import { type Chance, chance } from "../torture/chance.ts";

/** A post as it truly is, whoever tells it and however it looks today. */
export interface TruePost {
  readonly n: number;
  readonly bornAt: Instant;
  readonly title: string;
  /** Long enough to tell by itself. */
  readonly text: string;
  readonly subject: string;
  /** The names of the sources that tell it. */
  readonly toldAt: readonly string[];
}

/** The web on one day: what each source serves then. */
export interface NoisyWeb {
  /** What was ever told to anybody, as "source number". */
  readonly told: ReadonlySet<string>;
  /** Body and content type, or null where the server is down. */
  serve(source: string, now: Instant): { readonly type: string; readonly body: string } | null;
}

export const startsAt = Date.UTC(2026, 0, 5, 6);
export const days = 44;
const subjects = ["Rivers", "Maps", "Tools"];
const shownAtOnce = 14;

/**
 * Five sources that tell some of the same posts and do everything that sources do: addresses are decorated, become
 * https and move to another host, guids change, titles and texts are mended, days are corrected, order changes, titles
 * repeat, all items share one link, and one source is away for a month.
 */
export function noisyWeb(seed: number): NoisyWeb {
  const draw = chance(seed);
  const posts = Array.from({ length: 110 }, (_, n) => truePost(n, draw));
  const dayOf = (now: Instant) => Math.floor((now - startsAt) / day);
  const tellers: Readonly<Record<string, (now: Instant, fate: Chance) => string>> = {
    blog: (now, fate) =>
      rss(
        shown("blog", now).map((post) => blogItem(post, now, dayOf(now), fate)),
        fate,
      ),
    gazette: (now, fate) =>
      rss(
        shown("gazette", now).map((post) => gazetteItem(post, dayOf(now), fate)),
        fate,
      ),
    mirror: (now, fate) => page(shown("mirror", now).map((post) => mirrorCard(post, fate))),
    bulletin: (now) => rss(shown("bulletin", now).map(bulletinItem), null),
    sleeper: (now, fate) =>
      rss(
        shown("sleeper", now).map((post) => gazetteItem(post, 0, fate)),
        fate,
      ),
  };
  const told = new Set<string>();
  const shown = (source: string, now: Instant) => {
    const latest = posts
      .filter(({ toldAt, bornAt }) => toldAt.includes(source) && bornAt <= now)
      .toSorted((a, b) => b.bornAt - a.bornAt)
      .slice(0, shownAtOnce);
    for (const { n } of latest) told.add(`${source} ${n}`);
    return latest;
  };
  return {
    told,
    serve: (source, now) => {
      const isAway = source === "sleeper" && dayOf(now) >= 4 && dayOf(now) < 36;
      const tell = tellers[source];
      if (isAway || tell === undefined) return null;
      const body = tell(now, chance(seed * 1_000 + Math.floor(now / hour)));
      return { type: body.startsWith("<?xml") ? "application/rss+xml" : "text/html", body };
    },
  };
}

function truePost(n: number, draw: Chance): TruePost {
  const bornAt = startsAt - 10 * day + Math.floor((n / 110) * (days + 8) * day) + draw.between(0, 5 * hour);
  const toldAt = [
    ["blog", "gazette", "mirror"],
    ["blog", "gazette"],
    ["blog", "mirror"],
    ["blog"],
    ["bulletin"],
    ["sleeper"],
    ["sleeper", "blog"],
  ][n % 7];
  const title = n % 5 === 0 ? "Weekly update" : `How to mend the ${n}th bridge`;
  const text = `Ref-${n}. ${"The water rose again and the planks had to be counted anew. ".repeat(2)}${n}.`;
  return { n, bornAt, title, text, subject: subjects[n % 3] ?? "", toldAt: toldAt ?? [] };
}

const pathOf = ({ n }: TruePost) => `/2026/bridge-${n}`;
/** Where the blog is: http at first, then https, then at another host. */
const blogAt = (on: number) =>
  on < 10 ? "http://bridges.example" : on < 20 ? "https://bridges.example" : "https://www.planks.example";
const decorated = (url: string, fate: Chance) =>
  fate.happens(0.5) ? `${url}?utm_source=feed&utm_campaign=${fate.between(1, 9_999)}` : url;
/** Who mends a text never does so in the days of a move, and not where one tells it too who is away for a month. */
const mendsText = ({ n, bornAt, toldAt }: TruePost) => {
  const on = (bornAt - startsAt) / day + 3;
  return n % 6 === 3 && !toldAt.includes("sleeper") && Math.abs(on - 10) > 1 && Math.abs(on - 20) > 1;
};
/**
 * What is mended is mended in the days after: the title on the second, the text on the third, the day on the fourth; of
 * what was there before anybody looked, nothing: nobody could tell that it is what others tell.
 */
const age = ({ bornAt }: TruePost, now: Instant) =>
  bornAt < startsAt ? 0 : Math.floor((now - bornAt) / day);

function blogItem(post: TruePost, now: Instant, on: number, fate: Chance): string {
  const url = blogAt(on) + pathOf(post);
  const [title, text, bornAt] = [
    post.n % 4 === 1 && age(post, now) >= 2 ? `${post.title}, corrected` : post.title,
    mendsText(post) && age(post, now) >= 3 ? `${post.text} A word was added.` : post.text,
    post.n % 8 === 2 && age(post, now) >= 4 ? post.bornAt + 9 * hour : post.bornAt,
  ];
  return item({ title, url: decorated(url, fate), guid: url, text, subject: post.subject, at: bornAt });
}

/** Tells posts of the blog with their first address; its own guids change when it moves to other software. */
function gazetteItem(post: TruePost, on: number, fate: Chance): string {
  const url = decorated(`https://bridges.example${pathOf(post)}`, fate);
  const guid = on < 25 ? `gazette-${post.n}` : `urn:new-software:${post.n * 7}`;
  return item({ ...post, url, guid, at: post.bornAt });
}

function bulletinItem(post: TruePost): string {
  return item({ ...post, url: "https://bulletin.example/", guid: null, at: null });
}

function mirrorCard(post: TruePost, fate: Chance): string {
  const url = decorated(`https://mirror.example${pathOf(post)}.html`, fate);
  const date = new Date(post.bornAt).toISOString().slice(0, 10);
  const advert = fate.happens(0.3) ? `<aside>${fate.between(1, 999)} read this today</aside>` : "";
  return `${advert}<article><h2><a href="${url}">${post.title}</a></h2><time datetime="${date}">${date}</time><p>${post.text}</p></article>`;
}

interface Told {
  readonly title: string;
  readonly url: string;
  readonly guid: string | null;
  readonly text: string;
  readonly subject: string;
  readonly at: Instant | null;
}

function item({ title, url, guid, text, subject, at }: Told): string {
  const named = guid === null ? "" : `<guid isPermaLink="false">${guid}</guid>`;
  const dated = at === null ? "" : `<pubDate>${new Date(at).toUTCString()}</pubDate>`;
  const link = `<link>${url.replaceAll("&", "&amp;")}</link>`;
  return `<item><title>${title}</title>${link}${named}${dated}<category>${subject}</category><description>${text}</description></item>`;
}

/** A feed; where there is a `fate`, in an order of that moment. */
function rss(items: readonly string[], fate: Chance | null): string {
  const ordered = fate?.happens(0.3) === true ? items.toSorted(() => (fate.happens(0.5) ? 1 : -1)) : items;
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Bridges</title><link>https://bridges.example/</link><description>All about them</description>${ordered.join("")}</channel></rss>`;
}

function page(cards: readonly string[]): string {
  const menu = ["Home", "About", "Contact"].map((name) => `<li><a href="/${name}">${name}</a></li>`).join("");
  return `<!doctype html><html lang="en"><title>Mirror</title><body><nav><ul>${menu}</ul></nav><main>${cards.join("")}</main><footer>© Mirror</footer></body></html>`;
}

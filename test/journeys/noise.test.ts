import { describe, expect, test } from "vitest";
import { day, type Instant, isoInstant } from "../../src/base/clock.ts";
import type { ShownPost } from "../../src/domain/post.ts";
import { anImport } from "../support/builders.ts";
import { aHouse, type House, type Read, read } from "../support/house.ts";
import { isLong } from "../support/long.ts";
import { serve } from "../support/server.ts";
import { aSink } from "../support/sink.ts";
import { days, type NoisyWeb, noisyWeb, startsAt } from "./noise.ts";

const names = ["blog", "gazette", "mirror", "bulletin", "sleeper"];

/** What came of a month and more of it. */
interface Told {
  readonly kept: readonly ShownPost[];
  /** Every tag that was ever published, and the posts that it named. */
  readonly tagged: ReadonlyMap<string, ReadonlySet<number>>;
  readonly mails: readonly Read[];
}

/** The number of the true post that a text tells. */
const refIn = (text: string | null) => Number(/Ref-(\d+)\./.exec(text ?? "")?.[1] ?? -1);

async function lived(web: NoisyWeb): Promise<Told> {
  let now: Instant = startsAt;
  const server = await serve({
    "*": ({ url }, response) => {
      const told = web.serve((url ?? "").slice(1), now);
      response.writeHead(told === null ? 503 : 200, { "content-type": told?.type ?? "text/plain" });
      response.end(told?.body);
    },
  });
  const sink = await aSink();
  const kinds = { mirror: "auto" } as Readonly<Record<string, string>>;
  const sources = names.map(
    (id) => `  - { id: ${id}, url: "${server.url}/${id}", read: { kind: ${kinds[id] ?? "feed"} } }`,
  );
  const house = await aHouse(
    `site: { title: Bridges Weekly, url: "https://weekly.example.org", imprint: "1 River Lane" }
polling: { hostGap: 0s, allowPrivateAddresses: true, robots: ignore }
sources:
${sources.join("\n")}
mail: { transport: smtp, rate: none }`,
    isoInstant(now),
    { SMTP_URL: sink.url },
  );
  await house.app.store.importSubscriber(anImport("anna@example.org"), now);
  const tagged = new Map<string, Set<number>>();
  for (; now < startsAt + days * day; now += day) {
    house.setClock(isoInstant(now));
    await house.app.jobs.refresh({ force: true });
    await house.app.jobs.digest({ anyway: false });
    await house.app.jobs.deliver({ wait: true });
    await house.app.jobs.publish();
    await noteTags(house, tagged);
  }
  const kept = await house.app.store.listPosts({ source: null, after: 0, limit: 9_999 });
  const mails = await Promise.all(sink.taken.map(read));
  await Promise.all([server.close(), sink.close()]);
  return { kept, tagged, mails };
}

async function noteTags(house: House, tagged: Map<string, Set<number>>): Promise<void> {
  for (const path of ["/feeds/all.json", ...names.map((name) => `/feeds/s/${name}.json`)]) {
    const feed: { items: { id: string; content_html?: string; content_text?: string }[] } = JSON.parse(
      await (await house.ask(path)).text(),
    );
    for (const { id, content_html, content_text } of feed.items) {
      const named = tagged.get(id) ?? new Set();
      tagged.set(id, named.add(refIn(content_html ?? content_text ?? "")));
    }
  }
}

describe("six weeks of a noisy web", () => {
  test.each(isLong ? [1, 2, 3, 4, 5, 6, 7, 8] : [1])(
    "end with the true posts, each once, told once (seed %i)",
    { timeout: 300_000 },
    async (seed) => {
      const web = noisyWeb(seed);

      const { kept, tagged, mails } = await lived(web);

      expect(kept.map(({ source, text }) => `${source} ${refIn(text)}`).toSorted()).toEqual(
        [...web.told].toSorted(),
      );
      for (const { source, text, alsoAt } of kept) {
        const others = names.filter((name) => name !== source && web.told.has(`${name} ${refIn(text)}`));
        expect(alsoAt.map((other) => other.source).toSorted(), `${source} ${refIn(text)}`).toEqual(
          others.toSorted(),
        );
      }
      expect([...tagged.values()].filter((named) => named.size !== 1)).toEqual([]);
      expect([...tagged.keys()].toSorted()).toEqual([...new Set(kept.map(({ tag }) => tag))].toSorted());
      expect(kept.filter(({ held }) => held)).toEqual([]);

      const mailed = mails.flatMap(({ text }) =>
        [...text.matchAll(/Ref-(\d+)\./g)].map(([, n]) => Number(n)),
      );
      expect(new Set(mailed).size).toBe(mailed.length);
      const news = new Set(
        kept.filter(({ releasedAs }) => releasedAs !== null).map(({ text }) => refIn(text)),
      );
      expect(mailed.toSorted((a, b) => a - b)).toEqual([...news].toSorted((a, b) => a - b));
    },
  );
});

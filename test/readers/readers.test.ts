import { describe, expect, onTestFinished, test } from "vitest";
import { aHouse } from "../support/house.ts";
import { serve } from "../support/server.ts";
import { feedparser, hasFeedparser, hasNewsboat, newsboat, overheard, type Poll } from "./programs.ts";

const titles = ["AT&T and the others", "Use <b> well, and ]]> too", "大模型评测的三个误区 🦜"];

/** What the source says, as JSON Feed: texts are plain there. */
const feed = (said: readonly string[], text = "What it is about.") =>
  JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: "Notes",
    items: said.map((title, n) => ({
      ...{ id: `g${n}`, url: `https://a.example/${n}`, title, tags: ["Tech"] },
      content_text: `${text} ${n}`,
    })),
  });

/** A house with one source, published, and the addresses of all its XML feeds as readers ask for them. */
async function aPublisher() {
  const origin = await serve();
  onTestFinished(() => origin.close());
  const house = await aHouse(
    `site: { title: "Field & Notes", url: "https://notes.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: notes, name: Notes, url: "${origin.url}/feed", read: { kind: feed }, backfill: all }]`,
    "2026-01-05T07:00:00Z",
    {},
  );
  let hour = 7;
  const publish = async (body: string) => {
    origin.on("/feed", { headers: { "content-type": "application/feed+json" }, body });
    house.setClock(`2026-01-05T${String(hour++).padStart(2, "0")}:00:00Z`);
    await house.app.jobs.refresh({ force: true });
    await house.app.jobs.publish();
  };
  await publish(feed(titles));
  const way = await overheard(house.address);
  const paths = (await house.app.shelf.list("feeds")).filter((path) => /\.(?:atom|rss)$/.test(path));
  expect(paths).toHaveLength(6);
  return { publish, asked: way.asked, urls: paths.map((path) => `${way.url}/${path}`) };
}

const [first = "", second = "", third = ""] = titles;
const edited = [first, `${second}, edited`, third, "A fourth"];

describe.skipIf(!hasFeedparser)("feedparser (skipped where python3-feedparser is not installed)", () => {
  test("reads every feed alike, gets 304 at the second poll, and sees an edited post once", async () => {
    const { publish, asked, urls } = await aPublisher();

    const before = await feedparser(urls, 2);

    const wanted = { bozo: false, titles: titles.toReversed().toSorted() };
    for (const poll of before.slice(0, urls.length)) {
      expect({ bozo: poll.bozo, titles: poll.titles.toSorted() }, poll.url).toEqual(wanted);
    }
    expect(before.map(({ status }) => status)).toEqual([...urls.map(() => 200), ...urls.map(() => 304)]);
    expect(asked.map(({ status }) => status)).toEqual(before.map(({ status }) => status));

    await publish(feed(edited, "Now it says more."));
    const after = await feedparser(urls, 50);
    expect(after.filter(({ status }) => status === 200)).toHaveLength(urls.length);
    for (const url of urls) {
      const ids = new Set(
        [...before, ...after].filter((poll) => poll.url === url).flatMap((poll) => poll.ids),
      );
      expect(ids.size, url).toBe(4);
      expect(newestOf(after, url), url).toEqual(edited.toSorted());
    }
  });
});

function newestOf(polls: readonly Poll[], url: string): readonly string[] | undefined {
  return polls.findLast((poll) => poll.url === url && poll.status === 200)?.titles.toSorted();
}

describe.skipIf(!hasNewsboat)("newsboat (skipped where it is not installed)", () => {
  test("keeps every post of every feed once, through 50 polls and an edit, asking on conditions", async () => {
    const { publish, asked, urls } = await aPublisher();
    // It knows posts by their id alone, wherever they are from: one newsboat a feed.
    const readers = urls.map((url) => newsboat(url));
    const titlesNow = () =>
      readers.map((reader) =>
        reader
          .kept()
          .map(({ title }) => title)
          .toSorted(),
      );
    const answered = (status: number) => asked.filter((one) => one.status === status).length;

    for (const reader of readers) await reader.poll();
    expect(titlesNow()).toEqual(urls.map(() => titles.toSorted()));
    // It keeps no validators of a feed that it sees for the first time.
    for (const reader of [...readers, ...readers]) await reader.poll();
    expect([answered(200), answered(304)]).toEqual([2 * urls.length, urls.length]);

    await publish(feed(edited, "Now it says more."));
    for (const reader of readers) await reader.poll();
    for (let poll = 5; poll <= 50; poll++) await readers[0]?.poll();

    expect(titlesNow()).toEqual(urls.map(() => edited.toSorted()));
    expect([answered(200), answered(304)]).toEqual([3 * urls.length, urls.length + 46]);
  });
});

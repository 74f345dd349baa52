import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { addressOf } from "../../src/domain/address.ts";
import { parseXml } from "../../src/feeds/xml.ts";
import { check } from "../feeds/checker/check.ts";
import { aHouse } from "../support/house.ts";

const site = "https://notes.example";

/** The house after a look at the sample site, with everything published. */
async function published(startsAt: string) {
  const module = new URL("../../examples/site/site.mjs", import.meta.url).href;
  const { sampleSite, samplePosts } = (await import(module)) as {
    sampleSite: (posts: () => readonly unknown[]) => RequestListener;
    samplePosts: readonly unknown[];
  };
  const server = createServer(sampleSite(() => samplePosts));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const house = await aHouse(
    `site: { title: "Field Notes & co", url: "${site}", author: Field Notes }
feeds: { hub: "https://hub.example/" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: field-notes, name: "Field Notes", url: "http://127.0.0.1:${port}/", pages: 2, backfill: all }]`,
    startsAt,
    {},
  );
  await house.app.jobs.refresh({ force: true });
  await house.app.jobs.publish();
  return house;
}

test("a validator has nothing to say of any file that the sample site becomes", async () => {
  const house = await published("2026-01-20T00:00:00Z");
  const paths = [...(await house.app.shelf.list("feeds")), "feeds.opml"];

  const findings = [];
  for (const path of paths.filter((one) => /\.(?:atom|rss|json|opml)$/.test(one))) {
    const { bytes } = (await house.app.shelf.read(path)) ?? { bytes: Buffer.of() };
    findings.push(...check(bytes, addressOf(site, path), Date.parse("2026-01-20T00:00:01Z")));
  }

  expect(findings).toEqual([]);
  expect(paths.filter((path) => path.endsWith(".atom")).length).toBeGreaterThan(3);
  expect(paths).toContain("feeds/feed.css");
  for (const path of paths.filter((one) => one.endsWith(".html"))) {
    const twin = (await house.app.shelf.read(path))?.bytes.toString() ?? "";
    expect(parseXml(twin).name).toBe("html");
    expect(twin.match(/<article/g)?.length, path).toBeGreaterThan(0);
  }
});

test("what a feed without posts says of itself can be believed", async () => {
  const house = await aHouse(
    `site: { title: N, url: "${site}" }\nsources: [{ id: a, url: "https://a.example/" }]`,
    "2026-01-20T00:00:00Z",
    {},
  );
  await house.app.jobs.publish();

  for (const path of ["feeds/all.atom", "feeds/s/a.rss", "feeds/s/a.json", "feeds.opml"]) {
    const { bytes } = (await house.app.shelf.read(path)) ?? { bytes: Buffer.of() };
    expect(check(bytes, `${site}/${path}`, house.app.clock.now()), path).toEqual([]);
  }
  expect((await house.app.shelf.read("feeds/s/a.atom"))?.bytes.toString()).toContain(
    '<subtitle type="text">New posts of a.example, collected by N.</subtitle>',
  );
});

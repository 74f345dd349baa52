import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { samplePosts, sampleSite } from "../../examples/site/site.mjs";
import { aHouse } from "../support/house.ts";

const advertisements = [
  "<aside class='ad'><a href='/buy'>Boots, now cheaper</a></aside>",
  "",
  "<div id='promo-7f3a'>Our sponsor says hello</div>",
];

test("an unchanged listing read a hundred times, with everything around the posts moving, adds nothing and changes no id", {
  timeout: 60_000,
}, async () => {
  let read = 0;
  const around = () => {
    read++;
    const popular = samplePosts.filter(({ slug }) => slug !== null).slice(read % 3, (read % 3) + 3);
    const links = popular.map(
      ({ slug }) =>
        `<li><a href="/posts/${slug}?utm_source=popular">Popular ${slug} (${read * 17} views)</a></li>`,
    );
    return `${advertisements[read % 3]}<p class="counter">${4_711 + read} readers, page made in ${read % 90} ms</p><ul class="popular">${read % 2 ? links.join("") : links.toReversed().join("")}</ul>`;
  };
  const site = createServer(sampleSite(() => samplePosts, around));
  await new Promise<void>((resolve) => {
    site.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    site.close();
    site.closeAllConnections();
  });
  const house = await aHouse(
    `site: { title: U, url: "https://u.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: notes, url: "http://127.0.0.1:${(site.address() as AddressInfo).port}/", pages: 2 }]`,
    "2026-01-19T00:00:00Z",
    {},
  );
  const everything = () => house.app.store.listPosts({ source: "notes", after: 0, limit: 1_000 });
  expect(await house.app.jobs.refresh()).toMatchObject({ new: samplePosts.length });
  await house.app.jobs.publish();
  const before = await everything();

  for (let hour = 1; hour <= 100; hour++) {
    house.setClock(new Date(Date.UTC(2026, 0, 19, hour)).toISOString());
    expect(await house.app.jobs.refresh({ force: true })).toMatchObject({
      looked: 1,
      new: 0,
      changed: 0,
      failed: 0,
    });
  }

  expect(await everything()).toEqual(before);
  expect(await house.app.jobs.publish()).toMatchObject({ written: 0 });
});

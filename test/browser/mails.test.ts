import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { samplePosts, sampleSite } from "../../examples/site/site.mjs";
import {
  aBrowser,
  aPage,
  type Device,
  faintTexts,
  keepShot,
  keepTop,
  sidewaysOf,
} from "../support/browser.ts";
import { aHouse } from "../support/house.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await aBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** A house that has read the sample site. */
async function aReader(language: string) {
  const site = createServer(sampleSite(() => samplePosts));
  await new Promise<void>((resolve) => {
    site.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    site.close();
    site.closeAllConnections();
  });
  const house = await aHouse(
    `site: { title: "Field Notes, weekly", url: "https://weekly.example.org", language: ${language}, imprint: "Field Notes · 1 River Lane" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: notes, name: Field Notes, url: "http://127.0.0.1:${(site.address() as AddressInfo).port}/", pages: 2, backfill: all }]
categories: { order: [Rivers, Maps, Tools], rename: { 河流: Rivers, 地图: Maps, 工具: Tools } }
mail: { transport: folder }`,
    "2026-01-19T07:00:00Z",
    {},
  );
  await house.app.jobs.refresh();
  return house;
}

/** The digest of the sample site as it arrives, opened in a browser that may load nothing. */
async function theDigest(language: string, device: Device) {
  const house = await aReader(language);
  const preview = await house.app.jobs.previewDigest();
  if (preview === null) throw new Error("the sample site brought no news");
  const page = await aPage(browser, device);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.setContent(preview.letter.html);
  onTestFinished(() => page.close());
  return { page, asked };
}

describe("the digest as it is read", () => {
  const devices = [
    ["digest", "en", { width: 700 }],
    ["digest-dark", "en", { width: 700, isDark: true }],
    ["digest-phone", "en", { width: 320 }],
    ["digest-zh", "zh", { width: 700 }],
    ["digest-zh-phone-dark", "zh", { width: 320, isDark: true }],
  ] as const;

  test.each(devices)("%s fits, is legible and loads nothing", async (name, language, device) => {
    const { page, asked } = await theDigest(language, device);
    await keepShot(page, name);

    expect(await sidewaysOf(page)).toBe(0);
    expect(await faintTexts(page)).toEqual([]);
    expect(asked.filter((url) => !url.startsWith("about:"))).toEqual([]);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(await page.locator("a[href*='/unsubscribe/'], a[href*='unsubscribe']").count()).toBeGreaterThan(0);
  });
});

describe("the pictures of the README", () => {
  test("are the digest and the home page of the sample site", async () => {
    const { page } = await theDigest("en", { width: 720 });
    await keepTop(page, "readme-digest");
    const house = await aReader("en");
    await page.goto(house.address);
    await keepTop(page, "readme-home");

    expect(await page.getByRole("heading", { level: 2 }).count()).toBeGreaterThan(2);
  });
});

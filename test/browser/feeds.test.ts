import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { feedLooks } from "../../src/app/bundled.ts";
import { publisher } from "../../src/jobs/publish.ts";
import { listen } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aBrowser, aPage, type Device, faintTexts, keepShot, sidewaysOf } from "../support/browser.ts";
import { fill, livelySources } from "../support/lively.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await aBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** A filled and published site that listens, and a page in front of it. */
async function aSite(device: Device & { readonly script?: boolean; readonly site?: string } = {}) {
  const { site = 'title: Weekly Notes, url: "https://notes.example.org"' } = device;
  const app = await anApp({ config: `site: { ${site} }\nweb: { listen: "127.0.0.1:0" }\n${livelySources}` });
  await fill(app);
  const { store, shelf, log, config } = app;
  const words = app.speech.in(config.site.language);
  const needs = { store, shelf, site: config.site, log, feeds: config.feeds, now: Date.now };
  await publisher({ ...needs, words, looks: feedLooks() })();
  const server = await listen(app);
  onTestFinished(() => server.close());
  const page = await aPage(browser, device);
  onTestFinished(() => page.close());
  const errors: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
  return { app, page, errors, open: (path: string) => page.goto(`${server.address}${path}`) };
}

const devices = [
  { name: "light", device: {} },
  { name: "dark", device: { isDark: true } },
  { name: "phone", device: { width: 390 } },
  { name: "zh", device: { language: "zh-CN", site: 'title: 周报, url: "https://zh.example", language: zh' } },
  {
    name: "zh-phone-dark",
    device: {
      language: "zh-CN",
      width: 390,
      isDark: true,
      site: 'title: 周报, url: "https://zh.example", language: zh',
    },
  },
];

describe("the feed chooser", () => {
  test.each(devices)("is readable and fits: $name", async ({ name, device }) => {
    const { page, errors, open } = await aSite(device);
    for (const path of ["/", "/c/language-models", "/s/harbour"]) {
      await open(path);
      await page.locator(".chooser summary").click();
      expect(await page.locator(".chooser button").first().isVisible()).toBe(true);
      expect(await faintTexts(page), path).toEqual([]);
      expect(await sidewaysOf(page), path).toBe(0);
      await keepShot(page, `chooser${path.replaceAll("/", "-")}-${name}`);
    }
    expect(errors).toEqual([]);
  });

  test("copies an address with the keyboard alone, and says so to who hears the page", async () => {
    const { page, open } = await aSite();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await open("/c/language-models");

    await page.locator(".chooser summary").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Copy the RSS address" }).press("Enter");

    const said = page.getByRole("status");
    await said.filter({ hasText: "RSS address copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      "https://notes.example.org/feeds/c/language-models.rss",
    );
    expect(await page.evaluate("String(getSelection())")).toContain("language-models.rss");
  });

  test("where the clipboard is closed, the address is selected and the page says what to do", async () => {
    const { page, open } = await aSite();
    await page.addInitScript("delete Navigator.prototype.clipboard; document.execCommand = () => false");
    await open("/");
    await page.locator(".chooser summary").click();
    await page.getByRole("button", { name: "Copy the Atom address" }).click();
    await page.getByRole("status").filter({ hasText: "copy it yourself" }).waitFor();
    expect(await page.evaluate("String(getSelection())")).toBe("https://notes.example.org/feeds/all.atom");
  });

  test("without scripts shows the addresses, which one click selects, and no button that does nothing", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const { open, page: scripted } = await aSite();
    await open("/");
    const page = await context.newPage();
    await page.goto(scripted.url());
    await page.locator(".chooser summary").click();
    expect(await page.getByText("https://notes.example.org/feeds/all.json").isVisible()).toBe(true);
    expect(await page.getByRole("button").count()).toBe(0);
  });
});

describe("a feed in a browser", () => {
  test.each(devices)("is readable, and so is its twin: $name", async ({ name, device }) => {
    const { page, errors, open } = await aSite(device);
    for (const path of ["/feeds/all.atom", "/feeds/c/language-models.rss", "/feeds/s/lake.html"]) {
      await open(path);
      const isStyled = "getComputedStyle(document.body ?? document.documentElement).maxWidth !== 'none'";
      expect(await page.evaluate(isStyled), path).toBe(true);
      expect(await faintTexts(page), path).toEqual([]);
      expect(await sidewaysOf(page), path).toBe(0);
      await keepShot(page, `feed${path.replace(/\W/g, "-")}-${name}`);
    }
    expect(errors).toEqual([]);
  });

  test("shows titles, days and addresses of its posts, and nothing of what is for readers", async () => {
    const { page, open } = await aSite();
    for (const path of ["/feeds/all.atom", "/feeds/all.rss"]) {
      await open(path);
      const seen = async (text: string) => await page.getByText(text, { exact: true }).first().isVisible();
      expect(await seen("A small parser for a large grammar"), path).toBe(true);
      expect(await seen("Everything new that Weekly Notes collects."), path).toBe(true);
      expect(await page.getByText("tag:notes.example.org").first().isVisible(), path).toBe(false);
    }
  });

  test("leads to its twin with a link that can be followed", async () => {
    const { page, open } = await aSite();
    await open("/feeds/c/language-models.atom");
    const href = await page.locator("a").getAttribute("href");
    expect(href).toBe("https://notes.example.org/feeds/c/language-models.html");
    await open(new URL(href ?? "").pathname);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
      "Weekly Notes – Language Models",
    );
    expect(await page.getByText("feeds/c/language-models.json").isVisible()).toBe(true);
  });
});

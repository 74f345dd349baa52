import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aBrowser, aPage, type Device, faintTexts, keepShot, sidewaysOf } from "../support/browser.ts";
import { fill, livelySources } from "../support/lively.ts";

const password = "open sesame";
let browser: Browser;

beforeAll(async () => {
  browser = await aBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** A filled site that listens, and a page in front of it. */
async function aSite(device: Device = {}, more = "") {
  const app = await anApp({
    config: `web: { listen: "127.0.0.1:0" }\n${livelySources}${more}`,
    env: { POSTWIRE_ADMIN_PASSWORD: password },
  });
  await fill(app);
  const server = await listen(app);
  onTestFinished(() => server.close());
  const page = await aPage(browser, device);
  onTestFinished(() => page.close());
  return { app, page, open: (path: string) => page.goto(`${server.address}${path}`) };
}

const reading = [
  "/",
  "/c/language-models",
  "/s/harbour",
  "/p/1",
  "/issues",
  "/issues/1",
  "/feeds",
  "/subscribe",
  "/nope",
];
const names: Readonly<Record<string, string>> = {
  "/": "home",
  "/nope": "missing",
  "/c/language-models": "category",
  "/s/harbour": "source",
  "/p/1": "post",
  "/issues/1": "issue",
};
const nameOf = (path: string) => names[path] ?? path.slice(1);

/** Focuses the next control and says which it is. */
async function tab(page: Page): Promise<string> {
  await page.keyboard.press("Tab");
  return await page.evaluate(
    "document.activeElement.id || document.activeElement.name || document.activeElement.textContent.trim()",
  );
}

describe("from the form to the inbox and out again", () => {
  test("subscribe, confirm, change, unsubscribe: with nothing but a keyboard", async () => {
    const { app, page, open } = await aSite();
    await open("/subscribe");
    await page.getByLabel("E-mail address").fill("nobody");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("alert").textContent()).toContain("not an e-mail address");
    expect(await page.evaluate("document.activeElement.id")).toBe("email");
    await keepShot(page, "subscribe-wrong");
    await page.getByLabel("E-mail address").fill("anna@example.org");
    await tab(page);
    await page.keyboard.press("Space");
    await page.getByLabel("E-mail address").press("Enter");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Look into your inbox");
    await keepShot(page, "subscribe-asked");

    const [mail] = await app.store.claimDeliveries("test", 1_000, 1, app.clock.now());
    if (mail?.delivery.errand.kind !== "confirm") throw new Error("no confirmation waits");
    await open(`/confirm/${app.tokens.confirm(mail.delivery.errand.nonce)}`);
    await keepShot(page, "confirm");
    expect((await app.store.findSubscriber("anna@example.org"))?.status).toBe("pending");
    await page.getByRole("button", { name: "Confirm" }).press("Enter");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("You are subscribed");
    const subscriber = await app.store.findSubscriber("anna@example.org");
    expect(subscriber).toMatchObject({ status: "active", language: "en" });
    expect(subscriber?.categories).toHaveLength(1);

    await page.getByRole("link", { name: "Change what you get" }).click();
    await page.getByLabel("Python").check();
    await page.getByRole("button", { name: "Save" }).click();
    expect(await page.getByRole("status").textContent()).toContain("Saved");
    expect(await page.getByLabel("Python").isChecked()).toBe(true);
    expect((await app.store.findSubscriber("anna@example.org"))?.categories).toContain("python");
    await keepShot(page, "preferences");

    await page.getByRole("link", { name: "Unsubscribe" }).click();
    await keepShot(page, "unsubscribe");
    expect((await app.store.findSubscriber("anna@example.org"))?.status).toBe("active");
    await page.getByRole("button", { name: "Unsubscribe" }).click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("You are unsubscribed");
    expect((await app.store.findSubscriber("anna@example.org"))?.status).toBe("left");
  });

  test("the same in Chinese, where the browser asks for it", async () => {
    const { page, open } = await aSite({ language: "zh-CN", width: 390 });
    await open("/subscribe");
    await keepShot(page, "subscribe-zh-phone");
    await page.getByLabel("邮箱地址").fill("anna@example.org");
    await page.getByRole("button", { name: "订阅" }).click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("请查收邮件");
  });
});

describe("every page", () => {
  test.each([
    { name: "light", device: {} },
    { name: "dark", device: { isDark: true } },
    { name: "phone", device: { width: 320 } },
    { name: "zh", device: { language: "zh-CN" } },
  ])("is readable, fits and loads nothing from elsewhere: $name", async ({ name, device }) => {
    const { page, open } = await aSite(device);
    const trouble: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("404")) trouble.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith("http://127.0.0.1")) trouble.push(request.url());
    });
    for (const path of reading) {
      await open(path);
      expect(await faintTexts(page), path).toEqual([]);
      expect(await sidewaysOf(page), path).toBe(0);
      expect(await page.getByRole("heading", { level: 1 }).count(), path).toBe(1);
      await keepShot(page, name === "light" ? nameOf(path) : `${nameOf(path)}-${name}`);
    }
    expect(trouble).toEqual([]);
  });

  test("the tokens of the design are what is shown, light and dark", async () => {
    for (const [isDark, ground, text] of [
      [false, "rgb(251, 250, 248)", "rgb(28, 27, 25)"],
      [true, "rgb(23, 22, 20)", "rgb(236, 232, 223)"],
    ] as const) {
      const { page, open } = await aSite({ isDark });
      await open("/");
      const colours =
        "(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.documentElement))";
      expect(await page.evaluate(colours)).toEqual([ground, text]);
    }
  });

  test("Chinese has more room between its lines", async () => {
    const { page, open } = await aSite();
    const leading =
      "parseFloat(getComputedStyle(document.body).lineHeight) / parseFloat(getComputedStyle(document.body).fontSize)";
    await open("/");
    expect(await page.evaluate(leading)).toBeCloseTo(1.65);
    await open("/?lang=zh");
    expect(await page.evaluate(leading)).toBeCloseTo(1.75);
  });

  test("the keyboard reaches the content first, and shows where it is", async () => {
    const { page, open } = await aSite();
    await open("/");
    expect(await tab(page)).toBe("To the content");
    expect(await page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")).toBe(true);
    await tab(page);
    expect(await tab(page)).toBe("Issues");
    const outline =
      "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth";
    expect(await page.evaluate(outline)).toBe("solid2px");
  });

  test("a summary is at most three lines", async () => {
    const { page, open } = await aSite({ width: 390 });
    await open("/");
    const tallest =
      "Math.max(...[...document.querySelectorAll('.summary')].map((s) => s.clientHeight / parseFloat(getComputedStyle(s).lineHeight)))";
    expect(await page.evaluate(tallest)).toBeLessThan(3.1);
  });
});

describe("the status page", () => {
  test.each([
    { name: "admin", device: {} },
    { name: "admin-dark", device: { isDark: true } },
    { name: "admin-phone", device: { width: 390 } },
  ])("is readable: $name", async ({ name, device }) => {
    const { page, open } = await aSite(device);
    await page.setExtraHTTPHeaders({ authorization: `Basic ${btoa(`admin:${password}`)}` });
    await open("/admin");
    expect(await faintTexts(page)).toEqual([]);
    expect(await sidewaysOf(page)).toBe(0);
    await page.getByRole("link", { name: "Next look" }).click();
    expect(await page.getByRole("rowheader").first().textContent()).toContain("Harbour");
    await keepShot(page, name);
  });
});

describe("the first run", () => {
  test("an empty site says what to do next", async () => {
    const app = await anApp({ config: 'web: { listen: "127.0.0.1:0" }' });
    const server = await listen(app);
    onTestFinished(() => server.close());
    const page = await aPage(browser, {});
    onTestFinished(() => page.close());
    await page.goto(server.address);
    expect(await page.getByText("postwire add").isVisible()).toBe(true);
    await keepShot(page, "home-empty");
  });
});

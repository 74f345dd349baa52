import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const shots = fileURLToPath(new URL("../browser/screenshots", import.meta.url));

/** Where Chromium is: `CHROMIUM`, or on the PATH. Null where there is none. */
export function chromiumPath(): string | null {
  const named = process.env.CHROMIUM;
  if (named) return named;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // Not under this name.
    }
  }
  return null;
}

/** A headless Chromium that talks to nobody but the pages it is sent to. */
export async function aBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error("no Chromium on the PATH; set CHROMIUM to its path");
  return await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What a reader has in hand. */
export interface Device {
  readonly width?: number;
  readonly isDark?: boolean;
  readonly language?: string;
}

/** A fresh page in the browser: a wide, light, English one unless said otherwise. */
export async function aPage(browser: Browser, device: Device = {}): Promise<Page> {
  const { width = 1_100, isDark = false, language = "en" } = device;
  return await browser.newPage({
    viewport: { width, height: 800 },
    colorScheme: isDark ? "dark" : "light",
    locale: language,
  });
}

/** Keeps what the page looks like, the whole of it; of XML only what is seen without scrolling. */
export async function keepShot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  const fullPage = Boolean(await page.evaluate("document.body !== null"));
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage });
}

/** Keeps what is seen without scrolling: the pictures of the README. */
export async function keepTop(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.setViewportSize({ width: 720, height: 960 });
  await page.screenshot({ path: `${shots}/${name}.png` });
}

/** How far the page can be scrolled sideways, px: 0 where everything fits. */
export async function sidewaysOf(page: Page): Promise<number> {
  return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** Text that is too faint against what lies behind it: contrast (WCAG 2.2 §1.4.3) below `least`. */
export async function faintTexts(page: Page, least = 4.5): Promise<readonly string[]> {
  return await page.evaluate(`(${findFaint})(${least})`);
}

const findFaint = `(least) => {
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = rgb(colour).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let here = element; here; here = here.parentElement) {
      const colour = getComputedStyle(here).backgroundColor;
      if (rgb(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const said = [...document.querySelectorAll("body *, feed *, rss *")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""));
  return said.flatMap((element) => {
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return contrast < least ? [element.tagName + " " + element.textContent.slice(0, 40) + " " + contrast.toFixed(2)] : [];
  });
}`;

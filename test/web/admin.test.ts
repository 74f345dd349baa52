import { describe, expect, test } from "vitest";
import { day } from "../../src/base/clock.ts";
import { opens } from "../../src/web/admin/door.ts";
import { webApp } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aCandidate, aNewIssue, looked, monday } from "../support/builders.ts";

const config = `
sources:
  - { id: blog, name: "Z blog", url: "https://blog.example/posts" }
  - { id: news, name: "A news", url: "https://news.example/posts" }
`;
const password = "open sesame 芝麻";

/** Credentials as a browser sends them: UTF-8, base64. */
function basic(said: string): string {
  return `Basic ${Buffer.from(`admin:${said}`).toString("base64")}`;
}

async function aSite(env: Record<string, string> = { POSTWIRE_ADMIN_PASSWORD: password }) {
  const app = await anApp({ config, env });
  const web = webApp(app);
  const get = async (path = "/admin", said: string | null = password) => {
    const headers = said === null ? {} : { authorization: basic(said) };
    const response = await web.request(path, { headers });
    return { response, status: response.status, text: await response.text() };
  };
  return { app, get };
}

describe("the door of the status page", () => {
  test("without a password set there is no such page, and it says how to get one", async () => {
    const { get } = await aSite({});
    const { status, text } = await get("/admin", "");
    expect(status).toBe(404);
    expect(text).toContain("POSTWIRE_ADMIN_PASSWORD");
  });

  test("without the password it asks for it and tells nothing", async () => {
    const { get } = await aSite();
    for (const said of [null, "", "open", `${password} `, "Open sesame 芝麻"]) {
      const { status, response, text } = await get("/admin", said);
      expect(status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Basic realm="Postwire", charset="UTF-8"');
      expect(text).not.toContain("Z blog");
    }
  });

  test("any user name will do; a broken header opens nothing", () => {
    expect(opens(basic(password), password)).toBe(true);
    expect(opens(`basic ${Buffer.from(`:${password}`).toString("base64")}`, password)).toBe(true);
    for (const header of [
      undefined,
      "",
      "Basic",
      "Basic !!!",
      basic(password).replace("Basic", "Bearer"),
      `Basic ${Buffer.from(password).toString("base64")}`,
    ]) {
      expect(opens(header, password), header).toBe(false);
    }
  });

  test("what it answers is kept nowhere", async () => {
    const { get } = await aSite();
    for (const said of [password, "wrong"]) {
      const { response } = await get("/admin", said);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-robots-tag")).toContain("noindex");
    }
  });
});

describe("the status page", () => {
  test("shows each source with its state, its last and next look, and what to do", async () => {
    const { app, get } = await aSite();
    await looked(app.store, "blog", [aCandidate()], monday, { nextLookAt: monday + day });
    const last = { outcome: "failed", detail: "connection <refused>" } as const;
    await looked(app.store, "news", [], monday, { last, failures: 3, nextLookAt: monday + day });
    const { text } = await get();
    expect(text).toContain("One source needs a look.");
    expect(text).toContain('<td class="good">Fine</td>');
    expect(text).toContain('<td class="bad">Failing</td>');
    expect(text).toContain("connection &lt;refused&gt;");
    expect(text).toContain("3 looks in a row failed.");
    expect(text).toContain("tomorrow</time>");
  });

  test("sorts by trouble first, and by what is asked for", async () => {
    const { app, get } = await aSite();
    await looked(app.store, "news", [aCandidate()], monday, { nextLookAt: monday + day });
    const last = { outcome: "gone", detail: null } as const;
    await looked(app.store, "blog", [], monday, { last, failures: 1, nextLookAt: monday + day });
    const isBlogFirst = (text: string) => text.indexOf("Z blog") < text.indexOf("A news");
    expect(isBlogFirst((await get()).text)).toBe(true);
    expect(isBlogFirst((await get("/admin?sort=name")).text)).toBe(false);
    expect(isBlogFirst((await get("/admin?sort=posts")).text)).toBe(false);
    expect((await get("/admin?sort=constructor")).status).toBe(200);
  });

  test("lists posts held back, with the command that releases them", async () => {
    const { app, get } = await aSite();
    await looked(app.store, "blog", [aCandidate()], monday - day);
    const churn = Array.from({ length: 12 }, (_, n) =>
      aCandidate({
        title: `<b>Old ${n}`,
        url: `https://blog.example/${n}`,
        publishedAt: Date.UTC(2025, 1, n + 1),
      }),
    );
    const { new: fresh } = await looked(app.store, "blog", churn);
    const held = fresh.find((post) => post.held);
    const { text } = await get();
    expect(held).toBeDefined();
    expect(text).toContain(`postwire posts release ${held?.id}`);
    expect(text).toContain("&lt;b&gt;Old");
  });

  test("shows every issue with its accounting, those that nobody else may see too", async () => {
    const { app, get } = await aSite();
    await app.store.openIssue(aNewIssue({ thenState: "approval" }));
    await app.store.addDeliveries(
      { issue: 1, deliveries: [], variants: [], skipped: 7, after: 0, cursor: null },
      monday,
    );
    const { text } = await get();
    expect(text).toContain("Waits for approval");
    expect(text).toContain('<td class="number">7</td>');
    expect(text).toContain("2026-01-05");
  });
});

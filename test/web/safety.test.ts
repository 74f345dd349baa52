import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { webApp } from "../../src/web/server.ts";
import { anApp, type TestApp } from "../support/app.ts";
import { aPost } from "../support/builders.ts";

const config = 'sources: [{ id: blog, name: "<i>Blog", url: "https://blog.example/posts" }]';

async function aSite() {
  const app = await anApp({ config });
  return { app, web: webApp(app) };
}

const pages = [
  "/",
  "/feeds",
  "/issues",
  "/subscribe",
  "/admin",
  "/nope",
  "/confirm/x",
  "/preferences/x",
  "/unsubscribe/x",
];
const all = [...pages, "/style.css", "/favicon.ico", "/robots.txt", "/healthz", "/readyz", "/feeds/all.atom"];

describe("every answer", () => {
  test("lets nothing be loaded, framed, sniffed or sent elsewhere", async () => {
    const { web } = await aSite();
    for (const path of all) {
      const { headers } = await web.request(path);
      const policy = headers.get("content-security-policy") ?? "";
      for (const rule of [
        "default-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy, path).toContain(rule);
      }
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).not.toBeNull();
      expect(headers.get("cache-control")).not.toBeNull();
    }
  });

  test("no page has an inline script or style, a script but that of the chooser, or anything from elsewhere", async () => {
    const { app, web } = await aSite();
    await aPost(app.store, "blog");
    for (const path of pages) {
      const response = await web.request(path);
      const whole = await response.text();
      const text = whole.replace(/<script src="\/copy\.js\?v=[\da-f]{12}" defer=""><\/script>/, "");
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy.includes("script-src 'self'"), path).toBe(text !== whole);
      expect(text, path).not.toMatch(/<script|\sstyle=|\son\w+=|<iframe|<base/i);
      expect(text, path).not.toMatch(/(?:src|<link[^>]*href)="(?:https?:)?\/\//);
    }
  });

  test("pages whose address is a secret are kept nowhere and named to nobody", async () => {
    const { web } = await aSite();
    for (const path of ["/confirm/x", "/preferences/x", "/unsubscribe/x"]) {
      for (const method of ["GET", "POST"]) {
        const { headers } = await web.request(path, { method });
        expect(headers.get("cache-control")).toBe("no-store");
        expect(headers.get("referrer-policy")).toBe("no-referrer");
        expect(headers.get("x-robots-tag")).toContain("noindex");
      }
    }
  });

  test("HEAD answers as GET does, without a body; other methods are told what there is", async () => {
    const { web } = await aSite();
    for (const path of all) {
      const head = await web.request(path, { method: "HEAD" });
      expect(head.status, path).toBe((await web.request(path)).status);
      expect(await head.text()).toBe("");
    }
    const refused = await web.request("/", { method: "DELETE" });
    expect(refused.status).toBe(405);
    expect(refused.headers.get("allow")).toBe("GET, HEAD");
    const posted = await web.request("/subscribe", { method: "PUT" });
    expect(posted.headers.get("allow")).toBe("GET, HEAD, POST");
    expect((await web.request("/nope", { method: "DELETE" })).status).toBe(404);
  });
});

describe("hostile posts", () => {
  const hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>';

  test("are text wherever they appear", async () => {
    const { app, web } = await aSite();
    const post = await aPost(app.store, "blog", {
      title: hostile,
      text: hostile,
      categories: [hostile],
      author: hostile,
    });
    for (const path of ["/", `/p/${post.id}`, "/feeds", "/subscribe"]) {
      const text = await (await web.request(path)).text();
      expect(text, path).not.toMatch(/<script(?! src="\/copy)|<img/);
    }
    expect(await (await web.request("/")).text()).toContain("&lt;script&gt;alert(1)");
  });

  test("get no link of theirs that is not http", async () => {
    const { app, web } = await aSite();
    for (const url of [
      "javascript:alert(1)",
      "data:text/html,<script>",
      "JaVaScRiPt:x",
      "vbscript:x",
      "https://name:pw@h.example/",
    ]) {
      await aPost(app.store, "blog", {
        title: url,
        url,
        key: `url:${url}`,
        keys: { guid: null, url: `url:${url}`, text: null },
      });
    }
    const text = await (await web.request("/")).text();
    expect(text).not.toMatch(/href="(?:javascript|data|vbscript|https:\/\/name)/i);
    expect(text.match(/<h3><a href="\/p\/\d+">/g)).toHaveLength(5);
  });
});

describe("hostile requests", () => {
  const post = (
    app: TestApp,
    path: string,
    body: string | URLSearchParams,
    headers: Record<string, string> = {},
  ) => webApp(app).request(path, { method: "POST", body, headers });
  const email = () => new URLSearchParams({ email: "anna@example.org" });

  test("a body that is too large is refused, with or without a declared length", async () => {
    const { app } = await aSite();
    const big = `email=${"a".repeat(17_000)}`;
    const type = { "content-type": "application/x-www-form-urlencoded" };
    expect(
      (await post(app, "/subscribe", big, { ...type, "content-length": String(big.length) })).status,
    ).toBe(413);
    const response = await post(app, "/unsubscribe/x", big, type);
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("too much at once");
  });

  test("what is no form is refused", async () => {
    const { app } = await aSite();
    for (const type of ["application/json", "text/plain", "multipart/form-data", "application/xml"]) {
      expect(
        (await post(app, "/subscribe", '{"email":"a@b.example"}', { "content-type": type })).status,
        type,
      ).toBe(415);
    }
  });

  test("a form on another site can do nothing here", async () => {
    const { app } = await aSite();
    const foreign: Record<string, string>[] = [
      { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "http://notes.example.org" },
      { origin: "null" },
      { origin: "nonsense" },
    ];
    for (const headers of foreign) {
      expect((await post(app, "/subscribe", email(), headers)).status, JSON.stringify(headers)).toBe(403);
    }
    expect(await app.store.listSubscribers({ after: 0, limit: 9 })).toEqual([]);
    for (const path of ["/unsubscribe/x", "/preferences/x", "/confirm/x"]) {
      expect((await post(app, path, email(), { origin: "https://evil.example" })).status, path).toBe(403);
    }
  });

  test("our own forms and programs without a browser may", async () => {
    const { app } = await aSite();
    const ours: Record<string, string>[] = [
      {},
      { "sec-fetch-site": "same-origin", origin: "https://notes.example.org" },
      { origin: "https://notes.example.org" },
      { origin: "http://localhost:8080", host: "localhost:8080" },
    ];
    for (const headers of ours) {
      expect((await post(app, "/subscribe", email(), headers)).status, JSON.stringify(headers)).toBe(200);
    }
    expect((await post(app, "/unsubscribe/x", email(), { origin: "null" })).status).toBe(404);
  });

  test("what the Host header or a query says never comes back as a link", async () => {
    const { app } = await aSite();
    const web = webApp(app);
    for (const path of ["/", "/subscribe", "/feeds"]) {
      const text = await (await web.request(`http://evil.example${path}?x=evil.example"><script>`)).text();
      expect(text).not.toContain("evil.example");
    }
  });

  test("trouble with the database is told in plain words, and logged without the address", async () => {
    const { app } = await aSite();
    const fail = () =>
      Promise.reject(new AppError("data", "/srv/data/postwire.db is locked", { hint: "Ask root." }));
    const broken = { ...app, subscribing: { ...app.subscribing, whoLeaves: fail } };
    const response = await webApp(broken).request("/unsubscribe/very-secret");
    const text = await response.text();
    expect(response.status).toBe(503);
    expect(text).not.toContain("/srv/data");
    expect(text).toContain("Try again");
    expect(JSON.stringify(app.logged)).toContain("postwire.db is locked");
    expect(JSON.stringify(app.logged)).not.toContain("very-secret");
  });

  test("a bug shows the reader nothing of itself", async () => {
    const { app } = await aSite();
    const bug = () => Promise.reject(new TypeError("secret detail"));
    const broken = { ...app, store: { ...app.store, latestPosts: bug } };
    const response = await webApp(broken).request("/");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret detail");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

describe("machines", () => {
  test("ask whether it lives and whether it is ready, and get it in one word", async () => {
    const { app, web } = await aSite();
    expect(await (await web.request("/healthz")).text()).toBe("ok\n");
    expect((await web.request("/readyz")).status).toBe(200);
    const gone = () => Promise.reject(new AppError("data", "gone"));
    const broken = webApp({ ...app, store: { ...app.store, getPost: gone } });
    expect((await broken.request("/healthz")).status).toBe(200);
    expect((await broken.request("/readyz")).status).toBe(503);
  });

  test("the styles may be kept for ever under their current address only", async () => {
    const { web } = await aSite();
    const home = await (await web.request("/")).text();
    const address = /href="(\/style\.css\?v=\w+)"/.exec(home)?.[1] ?? "";
    expect((await web.request(address)).headers.get("cache-control")).toContain("immutable");
    expect((await web.request("/style.css?v=old")).headers.get("cache-control")).toBe("public, max-age=300");
  });
});

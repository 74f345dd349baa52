import { describe, expect, test } from "vitest";
import { hour } from "../../src/base/clock.ts";
import type { Subscriber } from "../../src/domain/subscriber.ts";
import { webApp } from "../../src/web/server.ts";
import { anApp, type TestApp } from "../support/app.ts";
import { aCandidate, looked, monday } from "../support/builders.ts";

const config = 'sources: [{ id: blog, url: "https://blog.example/posts" }]';
const oneClick = new URLSearchParams({ "List-Unsubscribe": "One-Click" });

/** A site with two categories, and what a browser does there. */
async function aSite(more = "") {
  const app = await anApp({ config: `${config}\n${more}` });
  await looked(app.store, "blog", [
    aCandidate({ categories: ["NLP"] }),
    aCandidate({ title: "B", categories: ["Python"] }),
  ]);
  const web = webApp(app);
  const read = async (response: Response) => ({
    response,
    status: response.status,
    text: await response.text(),
  });
  return {
    app,
    get: async (path: string) => await read(await web.request(path)),
    post: async (
      path: string,
      fields: Record<string, string> | URLSearchParams = {},
      headers: Record<string, string> = {},
    ) => await read(await web.request(path, { method: "POST", body: new URLSearchParams(fields), headers })),
  };
}

/** The token of the confirmation that waits in the outbox. */
async function mailedToken(app: TestApp): Promise<string> {
  const [claimed] = await app.store.claimDeliveries("test", 1_000, 1, app.clock.now());
  const errand = claimed?.delivery.errand;
  if (errand?.kind !== "confirm") throw new Error("no confirmation waits");
  return app.tokens.confirm(errand.nonce);
}

/** Somebody who gets the digest. */
async function aSubscriber(app: TestApp, categories: readonly string[] | null = null): Promise<Subscriber> {
  await app.store.importSubscriber(
    {
      subscriber: { email: "anna@example.org", categories, language: null, zone: null },
      status: "active",
      confirmedAt: monday,
      consent: { text: "yes", by: "import" },
      force: false,
    },
    monday,
  );
  const subscriber = await app.store.findSubscriber("anna@example.org");
  if (subscriber === null) throw new Error("the import brought nobody");
  return subscriber;
}

describe("signing up", () => {
  test("the form offers the categories, the languages and the sentence of consent", async () => {
    const { get } = await aSite();
    const { text } = await get("/subscribe");
    expect(text).toContain('name="category" value="nlp"');
    expect(text).toContain("Nothing ticked means everything");
    expect(text).toContain('<option value="zh" lang="zh">中文</option>');
    expect(text).toContain("I want the weekly digest of Weekly Notes by mail.");
  });

  test("a good address waits for its confirmation, with the categories and the language wished for", async () => {
    const { app, post } = await aSite();
    const fields = new URLSearchParams([
      ["email", " anna@example.org "],
      ["category", "nlp"],
      ["language", "zh"],
    ]);
    expect((await post("/subscribe", fields)).status).toBe(200);
    expect(await app.store.findSubscriber("anna@example.org")).toMatchObject({
      status: "pending",
      categories: ["nlp"],
      language: "zh",
    });
  });

  test("nobody learns from the answer who subscribes", async () => {
    const { app, post } = await aSite();
    await aSubscriber(app);
    const known = await post("/subscribe", { email: "anna@example.org" });
    const unknown = await post("/subscribe", { email: "ben@example.org" });
    expect(known.text).toBe(unknown.text);
    expect(known.status).toBe(unknown.status);
    expect([...known.response.headers]).toEqual([...unknown.response.headers]);
  });

  test("what is no address comes back with what was typed and the error beside it", async () => {
    const { app, post } = await aSite();
    const fields = new URLSearchParams([
      ["email", 'a"><script>@b'],
      ["category", "nlp"],
      ["language", "zh"],
    ]);
    const { status, text } = await post("/subscribe", fields);
    expect(status).toBe(422);
    expect(text).toContain('value="a&quot;&gt;&lt;script&gt;@b"');
    expect(text).toContain('aria-describedby="email-error"');
    expect(text).toMatch(/value="nlp" checked/);
    expect(text).toMatch(/<option value="zh" lang="zh" selected/);
    expect(text).not.toContain("<script>");
    expect((await app.store.listSubscribers({ after: 0, limit: 9 })).length).toBe(0);
  });

  test("hostile fields end as nothing at all", async () => {
    const { app, post } = await aSite();
    const fields = new URLSearchParams([
      ["email", "anna@example.org"],
      ["category", "../../x"],
      ["category", "no-such"],
      ["language", "tlh"],
      ["status", "active"],
    ]);
    expect((await post("/subscribe", fields)).status).toBe(200);
    expect(await app.store.findSubscriber("anna@example.org")).toMatchObject({
      status: "pending",
      categories: null,
      language: null,
    });
    for (const email of ["a@b.example\r\nBcc: c@d.example", "a@b.example,c@d.example", "<a@b.example>", ""]) {
      expect((await post("/subscribe", { email })).status, email).toBe(422);
    }
  });

  test("too many from one network are asked to wait; another network is not", async () => {
    const { post } = await aSite("web: { trustProxy: true }\nsubscribe: { perNetworkPerHour: 2 }");
    const from = (hop: string) =>
      post("/subscribe", { email: "anna@example.org" }, { "x-forwarded-for": hop });
    expect((await from("2001:db8:1:2::1")).status).toBe(200);
    expect((await from("2001:db8:1:2::2")).status).toBe(200);
    const { status, response } = await from("2001:db8:1:2:ffff::3");
    expect(status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("3600");
    expect((await from("2001:db8:1:3::1")).status).toBe(200);
  });

  test("without a trusted proxy nobody gets a new network by saying so", async () => {
    const { post } = await aSite("subscribe: { perNetworkPerHour: 1 }");
    const from = (hop: string) =>
      post("/subscribe", { email: "anna@example.org" }, { "x-forwarded-for": hop });
    expect((await from("192.0.2.1")).status).toBe(200);
    expect((await from("192.0.2.2")).status).toBe(429);
  });

  test("where sign-up is closed, the page says so", async () => {
    const { get, post } = await aSite("subscribe: { open: false }");
    expect((await get("/subscribe")).status).toBe(403);
    expect((await post("/subscribe", { email: "anna@example.org" })).text).toContain("Sign-up is closed");
  });
});

describe("confirming", () => {
  test("opening the link changes nothing; the button does, once", async () => {
    const { app, get, post } = await aSite();
    await post("/subscribe", { email: "anna@example.org" });
    const path = `/confirm/${await mailedToken(app)}`;
    expect((await get(path)).text).toContain('<button type="submit">Confirm</button>');
    await get(path);
    expect((await app.store.findSubscriber("anna@example.org"))?.status).toBe("pending");

    const { status, text } = await post(path);
    const subscriber = await app.store.findSubscriber("anna@example.org");
    expect(status).toBe(200);
    expect(subscriber?.status).toBe("active");
    expect(text).toContain(`href="/preferences/${app.tokens.preferences(subscriber?.id ?? 0)}"`);
    expect((await post(path)).status).toBe(404);
    expect((await get(path)).text).toContain("each link works once");
  });

  test("an old link is gone, a made-up one was never there, and both say what to do", async () => {
    const { app, get, post } = await aSite();
    await post("/subscribe", { email: "anna@example.org" });
    const path = `/confirm/${await mailedToken(app)}`;
    app.setClock(monday + 73 * hour);
    expect((await get(path)).status).toBe(410);
    expect((await post(path)).text).toContain("Confirmation links work for three days");
    for (const token of ["x", "..%2f..", "%00", "a".repeat(5_000)]) {
      expect((await post(`/confirm/${token}`)).status).toBe(404);
    }
  });
});

describe("preferences", () => {
  test("are shown as they are, saved, and said to be saved", async () => {
    const { app, get, post } = await aSite();
    const { id } = await aSubscriber(app, ["nlp"]);
    const path = `/preferences/${app.tokens.preferences(id)}`;
    const shown = await get(path);
    expect(shown.text).toMatch(/value="nlp" checked/);
    expect(shown.text).not.toMatch(/value="python" checked/);
    expect(shown.text).toContain("a***@example.org");
    expect(shown.text).not.toContain("anna@");

    const saved = await post(path, { category: "python", language: "zh" });
    expect(saved.text).toContain("已保存");
    expect(await app.store.getSubscriber(id)).toMatchObject({ categories: ["python"], language: "zh" });
    await post(path, { language: "zh" });
    expect(await app.store.getSubscriber(id)).toMatchObject({ categories: null });
  });

  test("a category that has gone since stays wished for", async () => {
    const { app, post } = await aSite();
    const { id } = await aSubscriber(app, ["old-one"]);
    const fields = new URLSearchParams([
      ["category", "old-one"],
      ["category", "nlp"],
    ]);
    await post(`/preferences/${app.tokens.preferences(id)}`, fields);
    expect((await app.store.getSubscriber(id))?.categories?.toSorted()).toEqual(["nlp", "old-one"]);
  });

  test("a token of another purpose, or of nobody, opens nothing", async () => {
    const { app, get, post } = await aSite();
    const { id } = await aSubscriber(app);
    for (const token of [
      app.tokens.leave(id),
      app.tokens.preferences(99),
      "x",
      app.tokens.preferences(id).slice(0, -1),
    ]) {
      expect((await get(`/preferences/${token}`)).status).toBe(404);
      expect((await post(`/preferences/${token}`, { category: "nlp" })).status).toBe(404);
    }
  });

  test("who has left is told how to come back, and stays away", async () => {
    const { app, get } = await aSite();
    const { id } = await aSubscriber(app);
    await app.store.leave(id, monday);
    const { text } = await get(`/preferences/${app.tokens.preferences(id)}`);
    expect(text).toContain("is unsubscribed");
    expect(text).not.toContain("<button");
  });
});

describe("unsubscribing", () => {
  test("opening the link changes nothing and shows whom it is about; the button acts, and again", async () => {
    const { app, get, post } = await aSite();
    const { id } = await aSubscriber(app);
    const path = `/unsubscribe/${app.tokens.leave(id)}`;
    const { text } = await get(path);
    expect(text).toContain("a***@example.org");
    expect(text).toContain(`href="/preferences/${app.tokens.preferences(id)}"`);
    expect((await app.store.getSubscriber(id))?.status).toBe("active");
    for (let n = 0; n < 2; n++) {
      const done = await post(path);
      expect(done.status).toBe(200);
      expect(done.text).toContain("You are unsubscribed");
      expect((await app.store.getSubscriber(id))?.status).toBe("left");
    }
    expect((await get(path)).text).toContain("You are unsubscribed");
  });

  test("a mail program does it in one click, from wherever its reader is, in both encodings", async () => {
    for (const body of [oneClick, aMultipart()]) {
      const { app } = await aSite();
      const { id } = await aSubscriber(app);
      const response = await webApp(app).request(`/unsubscribe/${app.tokens.leave(id)}`, {
        method: "POST",
        body,
        headers: { origin: "https://mail.example", "sec-fetch-site": "cross-site" },
      });
      expect(response.status).toBe(200);
      expect((await app.store.getSubscriber(id))?.status).toBe("left");
    }
  });

  test("a token that is not ours unsubscribes nobody", async () => {
    const { app, get, post } = await aSite();
    const { id } = await aSubscriber(app);
    expect((await post(`/unsubscribe/${app.tokens.preferences(id)}`, oneClick)).status).toBe(404);
    expect((await get("/unsubscribe/%F0%9F%98%80")).status).toBe(404);
    expect((await app.store.getSubscriber(id))?.status).toBe("active");
  });
});

function aMultipart(): FormData {
  const form = new FormData();
  form.set("List-Unsubscribe", "One-Click");
  return form;
}

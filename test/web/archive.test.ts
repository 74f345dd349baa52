import { describe, expect, test } from "vitest";
import type { IssuePost } from "../../src/domain/issue.ts";
import { webApp } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aNewIssue, monday } from "../support/builders.ts";

const frozen = aNewIssue().posts[0] as IssuePost;

/** A site whose one issue is delivered to nobody: open, or waiting for approval. */
async function aSite(thenState: "open" | "approval", posts: readonly IssuePost[] = [frozen]) {
  const app = await anApp({ config: "categories: { order: [NLP] }" });
  await app.store.openIssue(aNewIssue({ thenState, posts }));
  const finish = () =>
    app.store.addDeliveries(
      { issue: 1, deliveries: [], variants: [], skipped: 0, after: 0, cursor: null },
      monday,
    );
  const web = webApp(app);
  const get = async (path: string) => {
    const response = await web.request(path);
    return { status: response.status, text: await response.text() };
  };
  return { app, finish, get };
}

describe("the issues", () => {
  test("before the first one the list says when it comes", async () => {
    const app = await anApp();
    expect(await (await webApp(app).request("/issues")).text()).toContain("when the weekly digest goes out");
  });

  test("an issue that went out is listed and has all its posts by category", async () => {
    const { finish, get } = await aSite("open", [
      { ...frozen, id: 1, title: "Loose" },
      { ...frozen, id: 2, title: "A fish", categories: [{ slug: "animals", name: "Animals" }] },
      { ...frozen, id: 3, title: "A parser", categories: [{ slug: "nlp", name: "NLP" }], summary: "How to." },
    ]);
    await finish();
    const list = await get("/issues");
    expect(list.text).toContain('href="/issues/1"');
    expect(list.text).toContain("The week, No. 1");
    const { text } = await get("/issues/1");
    const places = ["NLP <", ">A parser<", "How to.", "Animals <", ">A fish<", "Other <", ">Loose<"].map(
      (words) => text.indexOf(words),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toContain("29 December 2025 – 5 January 2026");
  });

  test("one that is being opened, waits for approval or was cancelled is shown to nobody", async () => {
    const { app, finish, get } = await aSite("approval");
    const isHidden = async () => {
      expect((await get("/issues/1")).status).toBe(404);
      expect((await get("/issues")).text).not.toContain("/issues/1");
    };
    await isHidden();
    await finish();
    await isHidden();
    await app.store.steerIssue(1, "cancel", monday);
    await isHidden();
  });

  test("one that is not there is 404", async () => {
    const { get } = await aSite("open");
    for (const path of ["/issues/2", "/issues/0", "/issues/x", "/issues/1e9", "/issues/1/.."]) {
      expect((await get(path)).status, path).not.toBe(500);
    }
    expect((await get("/issues/2")).status).toBe(404);
    expect((await get("/issues/x")).status).toBe(404);
  });

  test("what is frozen with a hostile address has no link", async () => {
    const { finish, get } = await aSite("open", [
      {
        ...frozen,
        url: "javascript:alert(1)",
        alsoAt: [{ source: "b", sourceName: "B", url: "data:text/html,x" }],
      },
    ]);
    await finish();
    const { text } = await get("/issues/1");
    expect(text).toContain("<h3>Budget</h3>");
    expect(text).not.toMatch(/href="(?:javascript|data):/);
  });
});

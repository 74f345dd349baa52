import { slugOf } from "../../src/base/text.ts";
import type { Candidate } from "../../src/domain/post.ts";
import type { TestApp } from "./app.ts";
import { aCandidate, aNewIssue, looked, monday } from "./builders.ts";

/** The sources of a site that looks like one: YAML. */
export const livelySources = `
sources:
  - { id: harbour, name: "Harbour Notes", url: "https://harbour.example/posts" }
  - { id: lake, name: "湖畔笔记", url: "https://lake.example/posts", zone: Asia/Shanghai }
  - { id: attic, name: "Attic Weekly", url: "https://attic.example/posts" }
categories: { order: [Language Models, 数据工程] }
`;

const english: readonly Partial<Candidate>[] = [
  {
    title: "How we halved the cost of evaluating a translation model",
    categories: ["Language Models"],
    publishedAt: monday - 20 * 3_600_000,
    text: "Most of the bill went into judging sentences that no two versions translate differently. We now compare first and judge only where the answers part, which left forty per cent of the work. This is what we measured, what we got wrong at first, and the two lines of code that made the difference in the end. It also made our reports readable, because only what changed is in them.",
  },
  {
    title: "A small parser for a large grammar",
    categories: ["Language Models", "Python"],
    publishedAt: monday - 50 * 3_600_000,
    text: "Six hundred lines, no dependencies, and a table that fits on one page.",
  },
  {
    title: "Release 2.4: faster imports, fewer surprises",
    categories: ["Python"],
    publishedAt: monday - 3 * 86_400_000,
    dateOnly: true,
  },
  {
    title:
      "Notes from the reading room, the long table by the window and everything that was said there in one afternoon",
    publishedAt: monday - 4 * 86_400_000,
    text: "Eleven people, four papers, one kettle.",
  },
];

const chinese: readonly Partial<Candidate>[] = [
  {
    title: "大模型评测的三个常见误区",
    categories: ["Language Models"],
    publishedAt: monday - 30 * 3_600_000,
    text: "评测分数越高，模型就越好用吗？我们用同一批题目测了六个模型，发现排名会随着提示词的写法大幅变化。本文讲三个常见误区：只看平均分、忽略题目泄漏、把一次运行的结果当作结论，并给出我们现在采用的做法，以及一份可以直接使用的检查清单。",
  },
  {
    title: "用 SQLite 做每日千万行的数据清洗",
    categories: ["数据工程"],
    publishedAt: monday - 2 * 86_400_000,
    text: "不需要集群：一台机器、一个文件，加上合适的索引。",
  },
  { title: "图书馆开放日见闻", publishedAt: null, text: "上周六，图书馆第一次向所有人开放地下书库。" },
];

/** Fills an app with posts of three sources, one of them failing, and one issue. */
export async function fill(app: TestApp): Promise<void> {
  const nextLookAt = monday + 5 * 3_600_000;
  await looked(
    app.store,
    "harbour",
    english.map((one) => aCandidate(one)),
    monday,
    { nextLookAt },
  );
  await looked(
    app.store,
    "lake",
    chinese.map((one) => aCandidate(one)),
    monday,
    { nextLookAt },
  );
  const last = { outcome: "failed", detail: "attic.example did not answer within 20 seconds" } as const;
  await looked(app.store, "attic", [], monday, { last, failures: 4, nextLookAt: nextLookAt + 86_400_000 });
  const posts = [...english, ...chinese].map((one, n) => ({
    id: n + 1,
    title: one.title ?? "",
    url: `https://harbour.example/posts/${n}`,
    sourceName: n < english.length ? "Harbour Notes" : "湖畔笔记",
    at: one.publishedAt ?? monday,
    isDated: one.publishedAt !== null,
    on: "2026-01-05",
    summary: (one.text ?? "").slice(0, 200),
    categories: (one.categories ?? []).map((name) => ({ slug: slugOf(name), name })),
    alsoAt: n === 0 ? [{ source: "lake", sourceName: "湖畔笔记", url: "https://lake.example/posts/1" }] : [],
    releasedAs: n + 1,
  }));
  await app.store.openIssue(aNewIssue({ posts }));
  await app.store.addDeliveries(
    { issue: 1, deliveries: [], variants: [], skipped: 2, after: 0, cursor: null },
    monday,
  );
}

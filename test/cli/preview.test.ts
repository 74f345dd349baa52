import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cli } from "../support/cli.ts";
import { serve } from "../support/server.ts";
import { aFolder } from "../support/store.ts";

const env = { POSTWIRE_SECRET: "a secret for one test only" };
const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><link>https://a.example/</link><description>d</description>
<item><guid>1</guid><title>One thing</title><link>https://a.example/1</link></item></channel></rss>`;

test("a preview shows what a reader would get, in three forms, and opens nothing", async () => {
  const server = await serve({ "/feed": { headers: { "content-type": "application/rss+xml" }, body: rss } });
  onTestFinished(() => server.close());
  const cwd = aFolder();
  writeFileSync(
    join(cwd, "postwire.yaml"),
    `site: { title: A, url: "https://a.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: a, url: "${server.url}/feed", read: { kind: feed } }]
mail: { transport: folder }\n`,
  );
  await cli(["run", "refresh"], { cwd, env });

  for (const file of ["next.html", "next.txt", "next.eml"]) {
    expect(await cli(["run", "digest", "--preview", file], { cwd, env })).toMatchObject({ status: 0 });
  }

  for (const file of ["next.html", "next.txt"]) {
    const written = readFileSync(join(cwd, file), "utf8");
    expect(written).toContain("One thing");
    expect(written).toContain("https://a.example/unsubscribe/");
    expect(written).not.toMatch(/[\ufdd0\ufdd1]/);
  }
  expect(readFileSync(join(cwd, "next.eml"), "utf8")).toContain(
    "List-Unsubscribe: <https://a.example/unsubscribe/",
  );
  expect((await cli(["issues", "--json"], { cwd, env })).lines).toEqual([]);
});

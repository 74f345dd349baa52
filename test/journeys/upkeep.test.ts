import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cli, says, startCli } from "../support/cli.ts";
import { aHouse } from "../support/house.ts";
import { serve } from "../support/server.ts";
import { aFolder } from "../support/store.ts";

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><link>https://a.example/</link><description>d</description>
<item><guid>1</guid><title>One thing</title><link>https://a.example/1</link></item></channel></rss>`;
const env = { POSTWIRE_SECRET: "a secret for one test only" };

async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function aFeed() {
  const server = await serve({ "/feed": { headers: { "content-type": "application/rss+xml" }, body: rss } });
  onTestFinished(() => server.close());
  return server;
}

describe("published feeds", () => {
  test("are written anew when what they say of the site changes, and when a file is missing", async () => {
    const cwd = aFolder();
    const { url } = await aFeed();
    const config = (title: string) => `site: { title: ${title}, url: "https://a.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: a, url: "${url}/feed", read: { kind: feed } }]\n`;
    const atom = join(cwd, "data", "public", "feeds", "all.atom");
    const publish = async () => (await cli(["run", "publish", "--json"], { cwd, env })).lines[0];
    writeFileSync(join(cwd, "postwire.yaml"), config("Before"));
    await cli(["run", "refresh"], { cwd, env });
    await publish();
    expect(await publish()).toMatchObject({ written: 0 });

    writeFileSync(join(cwd, "postwire.yaml"), config("After"));
    await publish();
    expect(readFileSync(atom, "utf8")).toContain('<title type="text">After</title>');
    const bytes = readFileSync(atom);
    rmSync(atom);
    expect(await publish()).toMatchObject({ written: 1 });
    expect(readFileSync(atom)).toEqual(bytes);
  });
});

describe("a source that asks to be left alone", () => {
  test("is left alone that long, whatever is forced", async () => {
    const server = await serve({ "/held": { status: 429, headers: { "retry-after": "3600" } } });
    onTestFinished(() => server.close());
    const house = await aHouse(
      `site: { title: H, url: "https://h.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: held, url: "${server.url}/held" }]`,
      "2026-01-06T00:00:00Z",
      {},
    );
    const looked = async (at: string) => {
      house.setClock(at);
      return (await house.app.jobs.refresh({ force: true })).looked;
    };

    expect(await looked("2026-01-06T00:00:00Z")).toBe(1);
    expect(await looked("2026-01-06T00:30:00Z")).toBe(0);
    expect(await looked("2026-01-06T10:00:00Z")).toBe(1);
    expect(server.requests.filter(({ path }) => path === "/held")).toHaveLength(2);
  });
});

describe("the daemon", () => {
  test("takes a new configuration over at SIGHUP, and keeps the old one where the new one is wrong", {
    timeout: 120_000,
  }, async () => {
    const cwd = aFolder();
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => void taken.close());
    const write = (title: string, listen: string) =>
      writeFileSync(
        join(cwd, "postwire.yaml"),
        `site: { title: ${title}, url: "https://a.example" }\nweb: { listen: "${listen}" }\n`,
      );
    const ours = `127.0.0.1:${await aFreePort()}`;
    write("Before", ours);
    const daemon = startCli(["serve"], { cwd, env });
    onTestFinished(() => void daemon.kill("SIGKILL"));
    const title = async () => /<title>([^<]*)/.exec(await (await fetch(`http://${ours}/`)).text())?.[1];
    await says(daemon, /"event":"started"/);
    expect(await title()).toBe("Before");

    for (const listen of ["nonsense", `127.0.0.1:${(taken.address() as AddressInfo).port}`]) {
      write("Wrong", listen);
      const refused = says(daemon, /configuration not taken over/);
      const back = listen === "nonsense" ? null : says(daemon, /"event":"started"/);
      daemon.kill("SIGHUP");
      await refused;
      await back;
    }
    expect(daemon.exitCode).toBeNull();
    write("After", ours);
    const done = says(daemon, /"event":"configuration taken over"/);
    daemon.kill("SIGHUP");
    await done;
    expect(await title()).toBe("After");
    daemon.kill("SIGTERM");
    expect((await once(daemon, "close"))[0]).toBe(0);
  });
});

test("a clock that was years ahead keeps no source from being looked at", async () => {
  const cwd = aFolder();
  const { url } = await aFeed();
  writeFileSync(
    join(cwd, "postwire.yaml"),
    `site: { title: A, url: "https://a.example" }
polling: { hostGap: 0s, allowPrivateAddresses: true }
sources: [{ id: a, url: "${url}/feed", read: { kind: feed } }]\n`,
  );
  const looked = async (at: string) =>
    (await cli(["run", "refresh", "--json"], { cwd, env: { ...env, POSTWIRE_CLOCK: at } })).lines[0]?.looked;

  expect(await looked("2030-01-01T00:00:00Z")).toBe(1);
  expect(await looked("2026-01-19T09:00:00Z")).toBe(1);
  expect(await looked("2026-01-19T09:01:00Z")).toBe(0);
});

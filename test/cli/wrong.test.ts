import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cli } from "../support/cli.ts";
import { aFolder } from "../support/store.ts";

const site = 'site: { title: Notes, url: "https://notes.example.org" }\n';
const env = { POSTWIRE_SECRET: "a secret for one test only" };

function configured(yaml: string): string {
  const folder = aFolder();
  writeFileSync(join(folder, "postwire.yaml"), yaml);
  return folder;
}

describe("what goes wrong", () => {
  test("a wrong configuration is exit 2, with everything wrong in it, key and mend", async () => {
    const cwd = configured(
      `${site}pollling: {}\nsources: [{ id: a, url: "https://a.example/", read: { kind: css } }]\n`,
    );

    const ran = await cli(["run", "refresh"], { cwd, env });

    expect(ran).toMatchObject({ status: 2, stdout: "" });
    expect(ran.stderr).toContain('✗ postwire.yaml, pollling: is not known. Did you mean "polling"?');
    expect(ran.stderr).toContain('no extractor is called "css". Known: feed, selectors, auto, text.');
  });

  test("wrong usage is exit 2", async () => {
    const cwd = configured(site);

    expect((await cli(["frobnicate"], { cwd })).status).toBe(2);
    expect((await cli(["posts", "--nonsense"], { cwd })).status).toBe(2);
    expect((await cli(["deliveries", "--state", "lost"], { cwd, env })).status).toBe(2);
  });

  test("a command that makes a link without POSTWIRE_SECRET is exit 2 and says how to make one", async () => {
    const cwd = configured(`${site}mail: { transport: folder }\n`);

    for (const command of [
      ["run", "digest"],
      ["run", "deliver"],
      ["serve"],
      ["subscribers", "add", "a@example.org"],
    ]) {
      const ran = await cli(command, { cwd });
      expect(ran).toMatchObject({ status: 2 });
      expect(ran.stderr).toContain("POSTWIRE_SECRET is not set");
    }
  });

  test("mail that was never chosen is exit 2, not a folder by accident", async () => {
    const cwd = configured(site);

    const ran = await cli(["run", "deliver"], { cwd, env });

    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain("mail.transport: no way to send mail is chosen.");
  });

  test("a port that is taken is named", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const port = (taken.address() as AddressInfo).port;
    const cwd = configured(`${site}web: { listen: "127.0.0.1:${port}" }\n`);

    const ran = await cli(["serve"], { cwd, env });

    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain(`127.0.0.1:${port}`);
  });

  test("a data folder that is a file, a database that is none: one sentence each, no stack", async () => {
    const asFile = configured(`${site}data: ./taken\n`);
    writeFileSync(join(asFile, "taken"), "");
    const noDatabase = configured(site);
    mkdirSync(join(noDatabase, "data"));
    writeFileSync(
      join(noDatabase, "data", "postwire.db"),
      "this is a letter, not a database, and a fairly long one at that",
    );

    for (const cwd of [asFile, noDatabase]) {
      const ran = await cli(["status"], { cwd, env });
      expect(ran.status).toBe(1);
      expect(ran.stderr).toMatch(/^✗ /);
      expect(ran.stderr).not.toMatch(/\n\s+at /);
    }
  });

  test("a source that is down fails by itself: the job is done, the count and the health say so", async () => {
    const cwd = configured(
      `${site}polling: { allowPrivateAddresses: true, hostGap: 0s }\nsources: [{ id: a, url: "http://127.0.0.1:9/" }, { id: b, url: "http://10.0.0.1/" }]\n`,
    );

    const ran = await cli(["run", "refresh", "--source", "a", "--json"], { cwd, env });

    expect(ran).toMatchObject({ status: 0, lines: [{ looked: 1, failed: 1, new: 0 }] });
    const [a, b] = (await cli(["sources", "--json"], { cwd, env })).lines;
    expect(a).toMatchObject({
      id: "a",
      state: "failing",
      failures: 1,
      health: expect.stringMatching(/Next try in \d+ hours\./),
    });
    expect(b).toMatchObject({ id: "b", state: "unseen" });
  });
});

describe("what is wrong with an input", () => {
  test("costs that input its answer, and the others come in order", async () => {
    const cwd = aFolder();
    writeFileSync(
      join(cwd, "page.txt"),
      `One post here, ${"with a lot to say ".repeat(10)}...\nAnother post, ${"as long as the first ".repeat(10)}...\n`,
    );
    writeFileSync(
      join(cwd, "list.jsonl"),
      '{"file":"page.txt"}\nnot json\n{"file":"page.txt","zone":"Mars/X"}\n{"file":"gone.txt"}\n{"file":"page.txt"}\n',
    );

    const tried = await cli(["try", "--from", "list.jsonl", "--json"], { cwd });

    expect(tried.status).toBe(1);
    expect(tried.lines.map((line) => (line.error ? "error" : line.kind))).toEqual([
      "text",
      "error",
      "error",
      "error",
      "text",
    ]);
    expect(tried.lines[3]).toMatchObject({ url: "gone.txt" });
    expect((await cli(["try", "page.txt", "--zone", "Mars/X"], { cwd })).status).toBe(2);
  });

  test("a source, a zone or a language that there is not is refused", async () => {
    const cwd = configured(site);

    expect((await cli(["posts", "--source", "nope"], { cwd, env })).status).toBe(2);
    expect(
      (
        await cli(["subscribers", "add", "a@example.org", "--as", "confirmed", "--zone", "Mars/X"], {
          cwd,
          env,
        })
      ).stderr,
    ).toContain('"Mars/X" is no time zone.');
  });
});

describe("check", () => {
  test("shows the configuration as it would be written, without secrets", async () => {
    const cwd = configured(
      `${site}sources: [{ id: a, url: "https://a.example/", every: 90m, headers: { Authorization: "\${TOKEN}" } }]\nmail: { transport: smtp, dkim: { domain: example.org, selector: s, keyFile: k.pem } }\n`,
    );

    const checked = await cli(["check"], {
      cwd,
      env: { ...env, TOKEN: "t0ps3cret", SMTP_URL: "smtps://name:t0ps3cret@mail.example.org" },
    });

    expect(checked.status).toBe(0);
    expect(checked.stdout).toContain("every: 6h");
    expect(checked.stdout).toContain("every: 90m");
    expect(checked.stdout).toContain("at: Mon 08:00");
    expect(checked.stdout).toContain("SMTP_URL: smtps://***@mail.example.org");
    expect(checked.stdout + checked.stderr).not.toMatch(/t0ps3cret|a secret for one test only/);
  });
});

describe("subscribers", () => {
  test("go in and out as CSV; who left is not brought back by an import", { timeout: 120_000 }, async () => {
    const cwd = configured(`${site}mail: { transport: folder }\n`);
    const run = (...args: string[]) => cli(args, { cwd, env });
    writeFileSync(
      join(cwd, "in.csv"),
      'email,status,categories,language,zone,confirmedAt\nanna@example.org,confirmed,maps;tools,en,,2025-05-01T00:00:00Z\nnot an address,confirmed,,,,\n"=cmd|x@example.org",confirmed,,,,\nben@example.org,unsubscribed,,,,\n',
    );

    const first = await run("subscribers", "import", "in.csv", "--json");
    expect(first.lines[0]).toMatchObject({ added: 3, refused: 1 });
    expect(first.stderr).toContain('in.csv, line 3: "not an address" is no e-mail address.');
    await run("subscribers", "remove", "anna@example.org");
    expect((await run("subscribers", "import", "in.csv", "--json")).lines[0]).toMatchObject({
      added: 0,
      kept: 2,
    });

    const out = (await run("subscribers", "export")).stdout.split("\n");
    expect(out[0]).toBe("email,status,categories,language,zone,confirmedAt");
    expect(out[1]).toBe("anna@example.org,unsubscribed,maps;tools,en,,2025-05-01T00:00:00.000Z");
    expect(out[2]).toMatch(/^'=cmd\|x@example\.org/);
    await run("subscribers", "erase", "anna@example.org");
    expect((await run("subscribers", "import", "in.csv", "--json")).lines[0]).toMatchObject({
      suppressed: 1,
    });
    expect((await run("subscribers", "import", "in.csv", "--force", "--json")).lines[0]).toMatchObject({
      added: 1,
    });
  });
});

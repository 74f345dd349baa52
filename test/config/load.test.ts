import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { loadConfig, understand } from "../../src/config/load.ts";
import { readingShape } from "../../src/extract/shape.ts";

const site = 'site: { title: Notes, url: "https://notes.example.org/" }\n';

function read(yaml: string, env: Readonly<Record<string, string>> = {}) {
  return understand(yaml, "/etc/postwire/postwire.yaml", env, readingShape);
}

function faults(yaml: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  try {
    read(yaml, env);
  } catch (error) {
    if (error instanceof AppError && error.code === "config") return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("a configuration", () => {
  test("needs a title and an address; everything else has a default", () => {
    const config = read(site);

    expect(config.site).toMatchObject({
      url: "https://notes.example.org",
      language: "en",
      timeZone: "UTC",
      author: "Notes",
    });
    expect(config.data).toBe("/etc/postwire/data");
    expect(config.web.listen).toEqual({ host: "127.0.0.1", port: 8080 });
    expect(config.polling).toMatchObject({ every: 21_600_000, hostGap: 2_000, allowPrivateAddresses: false });
    expect(config.digest.at).toEqual({ cadence: "weekly", weekday: 1, hour: 8, minute: 0 });
    expect(config.retention.posts).toBe(2 * 365 * 86_400_000);
    expect(config.mail).toBeNull();
    expect(config.sources).toEqual([]);
  });

  test("gives a source the site's zone and interval unless it has its own", () => {
    const config = read(`${site}sources:
  - { id: a, url: "https://a.example/" }
  - { id: b, url: "https://b.example/", zone: Asia/Shanghai, every: 1h, category: Tech }`);

    expect(config.sources[0]).toMatchObject({
      name: "a.example",
      zone: "UTC",
      everyMs: 21_600_000,
      everyIsExact: false,
    });
    expect(config.sources[1]).toMatchObject({
      zone: "Asia/Shanghai",
      everyMs: 3_600_000,
      everyIsExact: true,
      category: "Tech",
    });
  });

  test("takes 0s, 500ms and 1y as durations, and none as a rate", () => {
    const config = read(
      `${site}polling: { hostGap: 0s }\nmail: { transport: folder, rate: none, lease: 1500ms }\nretention: { posts: 1y }`,
    );

    expect(config.polling.hostGap).toBe(0);
    expect(config.mail).toMatchObject({
      rate: null,
      lease: 1_500,
      from: { name: "Notes", address: "digest@notes.example.org" },
    });
  });

  test("is understood as the example that comes with the program", () => {
    const folder = mkdtempSync(join(tmpdir(), "postwire-config-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const example = fileURLToPath(new URL("../../postwire.example.yaml", import.meta.url));

    expect(loadConfig(example, {}, readingShape).sources).toHaveLength(1);
  });
});

describe("everything that is wrong", () => {
  test("is said at once, each with its key and the mend", () => {
    const said = faults(`
site: { title: Notes, url: "notes.example.org", timeZone: Mars/Olympus }
polling: { evry: 6h, hostGap: soon }
sources:
  - { id: Notes, url: "https://a.example/", read: { kind: css } }
  - { id: b, url: "javascript:alert(1)", every: 5 }
digest: { at: "someday" }
wbe: {}
`);

    expect(said).toEqual(
      expect.arrayContaining([
        'postwire.yaml, site.url: "notes.example.org" is no http(s) address; write it in full, https://example.org/blog.',
        expect.stringContaining('postwire.yaml, site.timeZone: "Mars/Olympus" is no time zone'),
        'postwire.yaml, polling.evry: is not known. Did you mean "every"?',
        'postwire.yaml, polling.hostGap: "soon" is no duration; write 30s, 15m, 6h, 2d or 1y.',
        expect.stringContaining("postwire.yaml, sources[0].id: is no id"),
        expect.stringContaining('no extractor is called "css"'),
        expect.stringContaining("postwire.yaml, sources[1].url:"),
        "postwire.yaml, sources[1].every: wants a text.",
        expect.stringContaining('postwire.yaml, digest.at: "someday" is no schedule'),
        'postwire.yaml, wbe: is not known. Did you mean "web"?',
      ]),
    );
    expect(said).toHaveLength(10);
  });

  test("an empty file says what is missing", () => {
    expect(faults("")).toEqual(["postwire.yaml, site: is missing; it wants a group of keys."]);
  });

  test("broken YAML names the line", () => {
    expect(faults('site: { title: "Notes\n')[0]).toMatch(/^postwire\.yaml, line \d+: /);
  });

  test("two sources with one id are told apart", () => {
    const said = faults(
      `${site}sources:\n  - { id: a, url: "https://a.example/" }\n  - { id: a, url: "https://b.example/" }`,
    );

    expect(said).toEqual(['postwire.yaml, sources[1].id: "a" is taken by sources[0]; ids are unique.']);
  });

  test("mail by SMTP without SMTP_URL is wrong: mail never goes to files by accident", () => {
    expect(faults(`${site}mail: { transport: smtp }`)[0]).toContain("SMTP_URL is not set");
    expect(faults(`${site}mail: { transport: smtp }`, { SMTP_URL: "smtps://mail.example.org" })).toEqual([]);
  });

  test("a clock of our own is refused where real mail could go out", () => {
    const clock = { POSTWIRE_CLOCK: "2026-01-05T07:00:00Z" };

    expect(
      faults(`${site}mail: { transport: smtp }`, { ...clock, SMTP_URL: "smtp://mail.example.org" })[0],
    ).toContain("POSTWIRE_CLOCK");
    expect(
      faults(`${site}mail: { transport: smtp }`, { ...clock, SMTP_URL: "smtp://127.0.0.1:2525" }),
    ).toEqual([]);
    expect(faults(`${site}mail: { transport: smtp }`, { ...clock, SMTP_URL: "smtp://[::1]:2525" })).toEqual(
      [],
    );
    expect(
      faults(`${site}mail: { transport: smtp }`, { ...clock, SMTP_URL: "smtp://127.example.org" })[0],
    ).toContain("POSTWIRE_CLOCK");
    expect(faults(`${site}mail: { transport: folder }`, clock)).toEqual([]);
  });

  test("so is a point to die at, and one that is none", () => {
    const point = { POSTWIRE_FAULT: "settleDelivery:before:2" };

    expect(faults(`${site}mail: { transport: folder }`, point)).toEqual([]);
    expect(
      faults(`${site}mail: { transport: smtp }`, { ...point, SMTP_URL: "smtp://mail.example.org" }),
    ).toEqual([
      "postwire.yaml, POSTWIRE_FAULT: is for trying things out: only with mail.transport folder or an SMTP server on loopback. Unset it.",
    ]);
    expect(faults(site, { POSTWIRE_FAULT: "settleDelivery" })).toEqual([
      'postwire.yaml, POSTWIRE_FAULT: "settleDelivery" is no point; write armDelivery:after:3.',
    ]);
  });

  test("what is wrong between keys is said along with what is wrong in them", () => {
    const said = faults(
      `${site}pollling: {}\npolling: { allowPrivateAddresses: [10.0.0.0/99] }\nmail: { transport: smtp }\nsources: [{ id: a, url: "https://a.example/", headers: { X: "\${NOPE}" } }]`,
      { POSTWIRE_CLOCK: "notadate" },
    );

    expect(said).toHaveLength(6);
    for (const part of [
      "pollling: ",
      "allowPrivateAddresses",
      "headers.X: wants NOPE",
      "SMTP_URL is not set",
      '"notadate" is no instant',
      "POSTWIRE_CLOCK",
    ]) {
      expect(said.join("\n")).toContain(part);
    }
  });

  test("a mail server, or a sender, that is none is refused", () => {
    expect(faults(`${site}mail: { transport: smtp }`, { SMTP_URL: "garbage" })[0]).toContain(
      "SMTP_URL: is no address",
    );
    expect(
      faults('site: { title: N, url: "http://127.0.0.1:8080" }\nmail: { transport: smtp }', {
        SMTP_URL: "smtp://127.0.0.1",
      })[0],
    ).toContain("mail.from: is missing");
  });

  test("an asterisk that YAML takes for an alias is explained", () => {
    expect(faults('site: { title: *Weekly*, url: "https://a.example" }')[0]).toContain(
      "put a value that begins with one in quotes",
    );
  });

  test("a sender with a line break in it is refused", () => {
    expect(
      faults(`${site}mail: { transport: folder, from: "Notes\\nBcc: x@example.org <a@example.org>" }`).length,
    ).toBeGreaterThan(0);
  });

  test("a missing file says how to make one", () => {
    expect(() => loadConfig("/nowhere/postwire.yaml", {}, readingShape)).toThrow(/no such file/);
  });
});

describe("secrets", () => {
  test("come from the environment, or from .env beside the file, the environment first", () => {
    const folder = mkdtempSync(join(tmpdir(), "postwire-config-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "postwire.yaml");
    writeFileSync(file, site);
    writeFileSync(
      join(folder, ".env"),
      "POSTWIRE_SECRET=from-the-file-beside-it\nPOSTWIRE_ADMIN_PASSWORD=quiet\n",
    );

    const config = loadConfig(file, { POSTWIRE_ADMIN_PASSWORD: "loud" }, readingShape);

    expect(config.secrets).toEqual({
      smtpUrl: null,
      secret: "from-the-file-beside-it",
      adminPassword: "loud",
    });
  });

  test("stand in headers by name, and a missing one is named", () => {
    const yaml = `${site}sources:\n  - { id: a, url: "https://a.example/", headers: { Authorization: "Bearer \${TOKEN}" } }`;

    expect(read(yaml, { TOKEN: "t0ken" }).sources[0]?.headers).toEqual({ Authorization: "Bearer t0ken" });
    expect(faults(yaml)).toEqual([
      "postwire.yaml, sources[0].headers.Authorization: wants TOKEN from the environment; set it in .env.",
    ]);
  });

  test("cannot bring a line break into a header", () => {
    const yaml = `${site}sources:\n  - { id: a, url: "https://a.example/", headers: { X-Key: "\${TOKEN}" } }`;

    expect(faults(yaml, { TOKEN: "a\r\nX-Evil: 1" })).toHaveLength(1);
  });
});

import { once } from "node:events";
import { rename, utimes, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen, webApp } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";

const sources = 'sources: [{ id: blog, url: "https://blog.example/posts" }]';
const [path, atom] = ["/feeds/all.atom", "feeds/all.atom"];
const bytes = Buffer.from(`<feed>${"ä word ".repeat(300)}</feed>`);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
type Ask = (path: string, headers?: Readonly<Record<string, string>>, method?: string) => Promise<Answer>;

/** A site with one published feed, really listening; nothing is unpacked on the way. */
async function aSite(config = sources) {
  const app = await anApp({ config: `${config}\nweb: { listen: "127.0.0.1:0" }` });
  await app.shelf.write(atom, bytes);
  const server = await listen(app);
  onTestFinished(() => server.close());
  const ask: Ask = async (path, headers = {}, method = "GET") => {
    const sent = request(`${server.address}${path}`, { headers, method, agent: false });
    sent.end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
  };
  return { app, ask, port: Number(new URL(server.address).port) };
}

const packedAs = (answer: Answer) => answer.headers["content-encoding"] ?? "identity";

describe("which form of a feed is sent", () => {
  const wishes: readonly (readonly [string | null, string])[] = [
    [null, "identity"],
    ["", "identity"],
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["GZIP", "gzip"],
    ["br", "br"],
    ["gzip, deflate, br, zstd", "br"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip;q=0.1", "gzip"],
    ["br;q=0", "identity"],
    ["gzip;q=0, br;q=0, *", "identity"],
    ["*", "br"],
    ["*;q=0.1, br;q=0", "gzip"],
    ["gzip;q=0.5, identity", "identity"],
    ["identity;q=0.5, gzip;q=0.5", "gzip"],
    ["identity;q=0, *", "br"],
    ["*;q=0, gzip", "gzip"],
    ["deflate, zstd, snappy", "identity"],
    ["gzip;q=2", "identity"],
    ["gzip;q=-1, br;q=nan", "identity"],
    ["gzip;level=9", "identity"],
    [" br ; q=1.000 ,gzip", "br"],
    [",,;q=1,br", "br"],
    ["br;q=0, br", "identity"],
    ["*;q=0", "none"],
    ["identity;q=0", "none"],
    ["br;q=0,gzip;q=0,identity;q=0", "none"],
  ];

  test("is what Accept-Encoding wants most, by weight, and of equals the smallest", async () => {
    const { ask } = await aSite();
    for (const [wish, form] of wishes) {
      const answer = await ask(path, wish === null ? {} : { "accept-encoding": wish });
      if (form === "none") {
        expect(answer.status, `${wish}`).toBe(406);
        continue;
      }
      expect([answer.status, packedAs(answer)], `${wish}`).toEqual([200, form]);
      const unpack = { br: brotliDecompressSync, gzip: gunzipSync }[form] ?? ((whole: Buffer) => whole);
      expect(unpack(answer.body), `${wish}`).toEqual(bytes);
    }
  });

  test("each has a strong tag of its own, its own length, and says that it depends on the wish", async () => {
    const { ask } = await aSite();
    const answers = await Promise.all(
      ["identity", "gzip", "br"].map((wish) => ask(path, { "accept-encoding": wish })),
    );

    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers, body } of answers) {
      expect(headers).toMatchObject({
        "content-type": "application/atom+xml; charset=utf-8",
        "content-length": String(body.length),
        vary: "Accept-Encoding, Sec-Fetch-Dest",
        "cache-control": "public, max-age=900, stale-while-revalidate=3600",
        "access-control-allow-origin": "*",
        "x-content-type-options": "nosniff",
        "last-modified": answers[0]?.headers["last-modified"],
      });
      expect(headers.etag).toMatch(/^"[\w-]{22}"$/);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers).not.toHaveProperty("link");
    }
  });

  test("HEAD says what GET would, to the length, and sends nothing", async () => {
    const { ask } = await aSite();
    for (const wish of ["identity", "gzip", "br"]) {
      const [head, get] = [
        await ask(path, { "accept-encoding": wish }, "HEAD"),
        await ask(path, { "accept-encoding": wish }),
      ];
      expect(head.body).toHaveLength(0);
      expect({ ...head.headers, date: "" }).toEqual({ ...get.headers, date: "" });
    }
  });
});

describe("who has it already", () => {
  test("is told so with everything that may have changed, and no content", async () => {
    const { ask } = await aSite();
    const { headers } = await ask(path, { "accept-encoding": "br" });
    for (const method of ["GET", "HEAD"]) {
      const fresh = await ask(path, { "accept-encoding": "br", "if-none-match": headers.etag ?? "" }, method);
      expect([fresh.status, fresh.body.length]).toEqual([304, 0]);
      const kept = ["etag", "last-modified", "cache-control", "vary", "access-control-allow-origin"];
      for (const name of kept) expect(fresh.headers[name], name).toBe(headers[name]);
      for (const name of ["content-type", "content-encoding", "content-length"]) {
        expect(fresh.headers).not.toHaveProperty(name);
      }
    }
  });

  test("has the form that would be sent: the tag of another form is another one", async () => {
    const { ask } = await aSite();
    const { etag = "" } = (await ask(path, { "accept-encoding": "br" })).headers;

    expect((await ask(path, { "if-none-match": etag })).status).toBe(200);
    expect((await ask(path, { "accept-encoding": "gzip", "if-none-match": etag })).status).toBe(200);
    expect((await ask(path, { "accept-encoding": "br", "if-none-match": `"x", W/${etag}` })).status).toBe(
      304,
    );
  });

  test("is judged by tags alone where there are some, whatever they are", async () => {
    const { ask } = await aSite();
    const { etag = "", "last-modified": modified = "" } = (await ask(path)).headers;
    const bare = etag.slice(1, -1);
    const not = ["", '"other"', bare, `"${bare}`, `"x,${bare}"`, `"a, ${etag}`, '"*"', `'${bare}'`];
    for (const tags of not) {
      const answer = await ask(path, { "if-none-match": tags, "if-modified-since": modified });
      expect(answer.status, tags).toBe(200);
    }
    for (const tags of [etag, ` ${etag} `, `W/${etag}`, `"a,b", ${etag}`, "*", ` * `]) {
      expect((await ask(path, { "if-none-match": tags })).status, tags).toBe(304);
    }
    expect((await ask(path, { "if-modified-since": modified })).status).toBe(304);
    expect((await ask(path, { "if-modified-since": "2099-01-01" })).status).toBe(200);
  });
});

describe("what lies on the shelf", () => {
  test("is served at once when another process has put it there, packed forms only where they are of it", async () => {
    const { app, ask } = await aSite();
    const place = join(app.folder, "public", atom);
    const before = await ask(path, { "accept-encoding": "br" });
    const aside = join(app.folder, "aside");
    await writeFile(aside, "<feed>anew</feed>");
    await rename(aside, place);

    const after = await ask(path, { "accept-encoding": "br" });

    expect([packedAs(before), packedAs(after)]).toEqual(["br", "identity"]);
    expect(after.body.toString()).toBe("<feed>anew</feed>");
    expect(after.headers.etag).not.toBe(before.headers.etag);
    await app.shelf.write(atom, bytes);
    expect(packedAs(await ask(path, { "accept-encoding": "br" }))).toBe("br");
    expect((await ask(path, { "accept-encoding": "br" })).headers.etag).toBe(before.headers.etag);
  });

  test("is never said to have changed later than it is asked for", async () => {
    const { app, ask } = await aSite();
    await utimes(join(app.folder, "public", atom), new Date(), new Date("2096-01-01T00:00:00Z"));

    const { headers } = await ask(path);

    expect(Date.parse(headers["last-modified"] ?? "")).toBeLessThanOrEqual(Date.parse(headers.date ?? ""));
  });

  test("is served the same by the routes as by the short way past them", async () => {
    const { app, ask } = await aSite();
    for (const headers of [
      {},
      { "accept-encoding": "br" },
      { "accept-encoding": "*;q=0" },
      { "if-none-match": "*" },
    ]) {
      const short = await ask(path, headers);
      const long = await webApp(app).request(path, { headers: headers as Record<string, string> });
      expect(Buffer.from(await long.arrayBuffer())).toEqual(short.body);
      expect(long.status).toBe(short.status);
      const {
        date: _,
        connection: __,
        "keep-alive": ___,
        "transfer-encoding": ____,
        ...said
      } = short.headers;
      expect(Object.fromEntries(long.headers)).toEqual(said);
    }
  });

  test("the list of feeds is served alike", async () => {
    const { app, ask } = await aSite();
    await app.shelf.write("feeds.opml", bytes);

    const answer = await ask("/feeds.opml", { "accept-encoding": "gzip" });

    expect(answer.headers).toMatchObject({
      "content-type": "text/x-opml; charset=utf-8",
      "content-encoding": "gzip",
      "access-control-allow-origin": "*",
      "cache-control": "public, max-age=900, stale-while-revalidate=3600",
    });
    expect((await ask("/feeds.opml", {}, "OPTIONS")).status).toBe(204);
  });

  test("of a source that was taken out is gone, and readers may stop asking", async () => {
    const { app, ask } = await aSite();
    await app.store.syncSources([], { rename: {} }, 0);

    expect((await ask("/feeds/s/blog.atom")).status).toBe(410);
    expect((await ask("/feeds/s/never.atom")).status).toBe(404);
    expect((await ask("/feeds/c/never.rss")).status).toBe(404);
  });
});

describe("where a hub is set", () => {
  const config = `${sources}\nfeeds: { hub: "https://hub.example/?a=<b>" }`;

  test("feeds name it and themselves, by the address of the configuration, on 304 too", async () => {
    const { app, ask } = await aSite(config);
    await app.shelf.write("feeds/c/大模型.rss", bytes);
    const hub = '<https://hub.example/?a=%3Cb%3E>; rel="hub"';

    expect((await ask(path)).headers.link).toBe(
      `<https://notes.example.org/feeds/all.atom>; rel="self", ${hub}`,
    );
    expect((await ask(path, { "if-none-match": "*" })).headers.link).toContain(hub);
    const chinese = await ask("/feeds/c/%E5%A4%A7%E6%A8%A1%E5%9E%8B.rss");
    expect(chinese.headers.link).toContain("/feeds/c/%E5%A4%A7%E6%A8%A1%E5%9E%8B.rss>");
  });

  test("no name that a request gives us comes back", async () => {
    const { ask } = await aSite(config);
    const answer = await ask(path, {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      forwarded: "host=evil.example",
    });

    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.headers)).not.toContain("evil");
  });
});

describe("hostile requests for feeds", () => {
  test("reach no packed form, no half-written file and nothing beside the feeds", async () => {
    const { app, ask } = await aSite();
    await app.shelf.write("secret.atom", Buffer.from("secret"));
    await writeFile(join(app.folder, "public/feeds/.postwire-1-ab-1.tmp"), "secret");
    const asked = [
      "all.atom.br",
      "all.atom.gz",
      "all.br",
      "c/all.atom.br",
      "s/blog.atom.gz",
      "all.atom%2ebr",
      "all.atom%00",
      "all.atom%00.br",
      ".postwire-1-ab-1.tmp",
      "c/.postwire-1-ab-1.tmp",
      "../secret.atom",
      "..%2fsecret.atom",
      "c/..%2f..%2fsecret.atom",
      "s/..%5c..%5csecret.atom",
      "c/%2e%2e.atom",
      "all.atom;x=.json",
      "all.atom/",
      "./all.atom/../../secret.atom",
      "c/%c0%ae%c0%ae%2fsecret.atom",
      "",
    ];
    for (const name of asked) {
      const answer = await ask(`/feeds/${name}`);
      expect([200, 404], name).toContain(answer.status);
      expect(answer.body.toString(), name).not.toContain("secret");
      if (answer.status === 200) expect(answer.headers["content-type"], name).toContain("text/html");
    }
    expect((await ask(`${path}?x=/../secret.atom&lang=zh`)).body).toEqual(bytes);
  });

  test("with lists of ten thousand tags or wishes are answered as soon as others", async () => {
    const { ask } = await aSite();
    const { etag = "" } = (await ask(path)).headers;
    const long = (part: string) => part.repeat(Math.floor(10_000 / part.length));
    for (const tags of [long('"a",'), long('"'), long("W/"), long('""'), long("*,"), long(" "), long(',"')]) {
      expect((await ask(path, { "if-none-match": tags })).status).toBe(200);
    }
    expect((await ask(path, { "if-none-match": `${long('"a",')}${etag}` })).status).toBe(304);
    for (const wish of [long("a;q=0.1,"), long(";"), long("gzip "), long("* "), long(","), long("q=1;")]) {
      expect(packedAs(await ask(path, { "accept-encoding": wish }))).toBe("identity");
    }
    expect(packedAs(await ask(path, { "accept-encoding": `${long("a,")}br` }))).toBe("br");
    for (const since of [long("Thu, "), long("0"), "Thu, 01 Jan 99999999999 00:00:00 GMT"]) {
      expect((await ask(path, { "if-modified-since": since })).status).toBe(200);
    }
    expect((await ask(path, { "if-none-match": '"a",'.repeat(10_000) })).status).toBe(431);
  });

  test("under thousands of names leave nothing behind and change nothing for others", async () => {
    const { app, ask } = await aSite();
    const asked = Array.from({ length: 50 }, (_, n) => ask(`${path}?${"x".repeat(500)}${n}`));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect(await app.shelf.list("feeds")).toEqual([atom]);
  });

  test("that change their mind in the middle do no harm to the next one", async () => {
    const { ask, port } = await aSite();
    for (let n = 0; n < 20; n++) {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\nGET ${path} HT`);
      socket.destroy();
    }
    expect((await ask(path)).body).toEqual(bytes);
  });

  test("of any other method are refused, with or without a body", async () => {
    const { ask } = await aSite();
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const answer = await ask(path, {}, method);
      expect([answer.status, answer.headers.allow], method).toEqual([405, "GET, HEAD, OPTIONS"]);
    }
  });
});

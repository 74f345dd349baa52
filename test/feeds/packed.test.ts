import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { keptFiles } from "../../src/feeds/kept.ts";
import { folderShelf } from "../../src/feeds/write.ts";
import { aFolder } from "../support/store.ts";
import { atOnce } from "./folder.ts";

const writer = fileURLToPath(new URL("writer.ts", import.meta.url));
const text = (words: string) => Buffer.from(`${words} `.repeat(500));

/** A shelf with one file, and where it lies. */
async function aShelf(words = "one") {
  const root = aFolder();
  const shelf = await folderShelf(root);
  await shelf.write("all.atom", text(words));
  return { root, shelf, place: join(root, "all.atom") };
}

describe("beside each file", () => {
  test("lie its packed forms, of the same time, and they are given with it", async () => {
    const { root, shelf, place } = await aShelf();

    expect((await readdir(root)).sort()).toEqual(["all.atom", "all.atom.br", "all.atom.gz"]);
    expect(brotliDecompressSync(await readFile(`${place}.br`))).toEqual(text("one"));
    expect(gunzipSync(await readFile(`${place}.gz`))).toEqual(text("one"));
    expect((await shelf.read("all.atom"))?.packed).toEqual({
      br: await readFile(`${place}.br`),
      gzip: await readFile(`${place}.gz`),
    });
    const times = await Promise.all(["", ".br", ".gz"].map(async (end) => (await stat(place + end)).mtimeMs));
    expect(new Set(times).size).toBe(1);
  });

  test("the same bytes are packed to the same bytes, and gzip tells no time", async () => {
    const [a, b] = [await aShelf(), await aShelf()];

    for (const end of [".br", ".gz"]) {
      expect(await readFile(a.place + end)).toEqual(await readFile(b.place + end));
    }
    expect((await readFile(`${a.place}.gz`)).subarray(4, 8)).toEqual(Buffer.alloc(4));
  });

  test("they are no files of the shelf: not listed, not read, not written", async () => {
    const { shelf } = await aShelf();

    expect(await shelf.list("")).toEqual(["all.atom"]);
    expect(await shelf.read("all.atom.br")).toBeNull();
    await expect(shelf.write("all.atom.gz", text("x"))).rejects.toMatchObject({ code: "data" });
  });

  test("they go with it", async () => {
    const { root, shelf } = await aShelf();

    await shelf.remove("all.atom");

    expect(await readdir(root)).toEqual([]);
    expect(await shelf.read("all.atom")).toBeNull();
  });

  test("each version has a time of its own, however fast they come", async () => {
    const { shelf } = await aShelf();
    const times: number[] = [];
    for (const words of ["two", "three", "four", "five"]) {
      await shelf.write("all.atom", text(words));
      times.push((await shelf.read("all.atom"))?.changedAt ?? 0);
    }

    expect(new Set(times).size).toBe(4);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
  });
});

describe("a packed form", () => {
  test("of other bytes is not given, and put right when the same bytes are written again", async () => {
    const { shelf, place } = await aShelf();
    const before = await stat(place);
    for (const [end, other] of [
      [".br", brotliCompressSync(text("other"))],
      [".gz", Buffer.from("no gzip")],
      [".br", brotliCompressSync(Buffer.concat([text("one"), text("one")]))],
    ] as const) {
      await writeFile(place + end, other);
      await shelf.write("all.json", text("x"));
      const seen = await (await folderShelf(join(place, ".."))).read("all.atom");
      expect(seen?.bytes).toEqual(text("one"));
      expect(seen?.packed[end === ".br" ? "br" : "gzip"]).toBeNull();
    }

    const anew = await folderShelf(join(place, ".."));
    expect(await anew.write("all.atom", text("one"))).toBe("unchanged");

    const { packed } = (await anew.read("all.atom")) ?? { packed: { br: null, gzip: null } };
    expect(brotliDecompressSync(packed.br ?? "")).toEqual(text("one"));
    expect(gunzipSync(packed.gzip ?? "")).toEqual(text("one"));
    expect(await stat(place)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test("that is not there is told, and found as soon as it comes", async () => {
    const { root, shelf, place } = await aShelf();
    await rename(`${place}.br`, join(root, "aside"));

    expect(await shelf.lacking(["all.atom", "all.rss"])).toEqual(["all.atom", "all.rss"]);
    const reader = await folderShelf(root);
    expect((await reader.read("all.atom"))?.packed.br).toBeNull();

    await rename(join(root, "aside"), `${place}.br`);
    expect((await reader.read("all.atom"))?.packed.br).not.toBeNull();
    expect(await shelf.lacking(["all.atom"])).toEqual([]);
  });
});

describe("what is kept in memory", () => {
  test("is at hand as soon as it is written, packed forms too, and not for longer than it lies there", async () => {
    const { root, shelf, place } = await aShelf();
    await shelf.read("all.atom");
    await shelf.write("all.atom", text("two"));
    const two = shelf.atHand("all.atom");
    expect(two).toMatchObject({ bytes: text("two"), changedAt: Math.round((await stat(place)).mtimeMs) });
    expect(brotliDecompressSync(two?.packed.br ?? "")).toEqual(text("two"));
    expect(gunzipSync(two?.packed.gzip ?? "")).toEqual(text("two"));

    await rm(`${place}.br`);
    expect(await shelf.write("all.atom", text("two"))).toBe("unchanged");
    expect((await readdir(root)).sort()).toEqual(["all.atom", "all.atom.br", "all.atom.gz"]);

    await (await folderShelf(root)).write("all.atom", text("three"));
    expect(await shelf.read("all.atom")).toMatchObject({ bytes: text("three") });
  });

  test("is the same object while nothing changes, and gives way at once to what another process puts there", async () => {
    const { root, shelf, place } = await aShelf();
    const first = await shelf.read("all.atom");
    expect(await shelf.read("all.atom")).toBe(first);

    for (const words of ["two", "six"]) {
      await writeFile(join(root, "aside"), text(words));
      await rename(join(root, "aside"), place);
      const seen = await shelf.read("all.atom");
      expect(seen?.bytes).toEqual(text(words));
      expect(seen?.packed).toEqual({ br: null, gzip: null });
    }
    await unlink(place);
    expect(await shelf.read("all.atom")).toBeNull();
  });

  test("is bounded: what was not asked for longest goes first, and what is too large is not kept", async () => {
    const root = aFolder();
    const [a, b, c, big] = ["a", "b", "c", "big"].map((name) => join(root, name)) as [
      string,
      string,
      string,
      string,
    ];
    for (const place of [a, b, c]) await writeFile(place, Buffer.alloc(400));
    await writeFile(big, Buffer.alloc(2_000));
    const { read } = keptFiles(1_000);
    const [firstA, firstB, firstBig] = [await read(a), await read(b), await read(big)];
    expect(await read(a)).toBe(firstA);

    await read(c);

    expect(await read(a)).toBe(firstA);
    expect(await read(b)).not.toBe(firstB);
    expect(await read(big)).not.toBe(firstBig);
  });

  test("many who ask at once when a file has changed all get it", async () => {
    const { shelf } = await aShelf();
    await shelf.write("all.atom", text("two"));

    const seen = await Promise.all(Array.from({ length: 50 }, () => shelf.read("all.atom")));

    expect(new Set(seen).size).toBe(1);
    expect(seen[0]?.bytes).toEqual(text("two"));
  });
});

describe("several files at once", () => {
  test("that come while others are written are written together, and each caller gets its own results", async () => {
    const { shelf } = await aShelf();
    const calls = ["a", "b", "all.atom", "c"].map((path) =>
      shelf.writeAll([
        [path, text("one")],
        [`${path}.more`, text("more")],
      ]),
    );

    expect(await Promise.all(calls)).toEqual([
      ["written", "written"],
      ["written", "written"],
      ["unchanged", "written"],
      ["written", "written"],
    ]);
    expect(await shelf.list("")).toHaveLength(8);
  });

  test("are told apart, in their order; one that cannot be written leaves the others as they were", async () => {
    const { root, shelf } = await aShelf();
    const results = await shelf.writeAll([
      ["all.rss", text("rss")],
      ["all.atom", text("one")],
      ["c/nlp.atom", text("nlp")],
    ]);
    expect(results).toEqual(["written", "unchanged", "written"]);

    await rm(join(root, "c"), { recursive: true });
    await writeFile(join(root, "c"), "in the way");
    const trouble = shelf.writeAll([
      ["all.atom", text("two")],
      ["c/nlp.atom", text("nlp")],
    ]);

    await expect(trouble).rejects.toMatchObject({ code: "data" });
    expect((await shelf.read("all.atom"))?.bytes).toEqual(text("one"));
    expect((await readdir(root)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("whoever serves the folder", () => {
  test("finds no packed form of other bytes, while two processes write and one is killed", {
    timeout: 60_000,
  }, async () => {
    const { root, place } = await aShelf();
    const start = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, ["--import", "tsx", writer, "loop", root, "all.atom"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      return child;
    };
    const seen = { whole: 0, packed: 0 };
    await atOnce(place, seen);
    const first = await start();
    for (let reads = 0; reads < 300; reads++) await atOnce(place, seen);
    first.kill("SIGKILL");
    await once(first, "exit");
    await atOnce(place, seen);
    const both = await Promise.all([start(), start()]);
    for (const child of both) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }

    const shelf = await folderShelf(root);
    await shelf.write("all.atom", text("end"));

    expect(await shelf.lacking(["all.atom"])).toEqual([]);
    expect((await readdir(root)).sort()).toEqual(["all.atom", "all.atom.br", "all.atom.gz"]);
    expect(seen.whole).toBeGreaterThan(0);
    expect(seen.packed).toBeGreaterThan(0);
  });
});

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { feedPath } from "../../src/domain/address.ts";
import { folderShelf } from "../../src/feeds/write.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "shelf-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const writer = fileURLToPath(new URL("writer.ts", import.meta.url));
const bytes = (text: string) => Buffer.from(text);

describe("a folder shelf", () => {
  test("gives back what was written, with when it changed", async () => {
    const shelf = await folderShelf(join(root, "new", "public"));

    expect(await shelf.write("feeds/all.atom", bytes("one"))).toBe("written");

    const shelved = await shelf.read("feeds/all.atom");
    expect(shelved?.bytes.toString()).toBe("one");
    expect(shelved?.changedAt).toBe(
      Math.round((await stat(join(root, "new/public/feeds/all.atom"))).mtimeMs),
    );
  });

  test("leaves equal bytes untouched, and the time of their change too", async () => {
    const shelf = await folderShelf(root);
    await shelf.write("a", bytes("same"));
    await utimes(join(root, "a"), 1_000, 1_000);

    expect(await shelf.write("a", bytes("same"))).toBe("unchanged");
    expect((await shelf.read("a"))?.changedAt).toBe(1_000_000);

    expect(await shelf.write("a", bytes("other"))).toBe("written");
    expect((await shelf.read("a"))?.changedAt).toBeGreaterThan(1_000_000);
  });

  test("keeps an empty file, and bytes that are no text", async () => {
    const shelf = await folderShelf(root);
    await shelf.write("empty", Buffer.alloc(0));
    await shelf.write("raw", Buffer.from([0, 255, 254]));

    expect((await shelf.read("empty"))?.bytes).toEqual(Buffer.alloc(0));
    expect((await shelf.read("raw"))?.bytes).toEqual(Buffer.from([0, 255, 254]));
  });

  test("lists what lies below a folder, sorted, names of any script", async () => {
    const shelf = await folderShelf(root);
    const paths = [
      feedPath({ kind: "category", slug: "大模型" }, "atom"),
      feedPath({ kind: "source", id: "notes" }, "rss"),
      feedPath({ kind: "all" }, "json"),
    ];
    for (const path of [...paths, "feeds.opml"]) await shelf.write(path, bytes(path));

    expect(await shelf.list("feeds")).toEqual([...paths].sort());
    expect(await shelf.list("")).toEqual(["feeds.opml", ...[...paths].sort()].sort());
    expect((await shelf.read(paths[0] ?? ""))?.bytes.toString()).toBe(paths[0]);
  });

  test("has nothing where nothing was put, and takes away what is not there", async () => {
    const shelf = await folderShelf(root);
    await shelf.write("folder/a", bytes("x"));

    expect(await shelf.read("b")).toBeNull();
    expect(await shelf.read("folder")).toBeNull();
    expect(await shelf.read("folder/a/b")).toBeNull();
    expect(await shelf.read("n".repeat(300))).toBeNull();
    expect(await shelf.list("nowhere")).toEqual([]);
    await shelf.remove("b");
    await shelf.remove("nowhere/b");
    await shelf.remove("folder/a");
    expect(await shelf.read("folder/a")).toBeNull();
  });

  test("many writes of one path at once leave one of them, whole, and nothing else", async () => {
    const shelf = await folderShelf(root);
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`.repeat(10_000));

    await Promise.all(texts.map((text) => shelf.write("a", bytes(text))));

    expect(texts).toContain((await shelf.read("a"))?.bytes.toString());
    expect((await readdir(root)).sort()).toEqual(["a", "a.br", "a.gz"]);
  });
});

describe("a path that leaves the shelf", () => {
  const escapes = [
    "../secret",
    "a/../../secret",
    "/etc/passwd",
    "..",
    ".",
    "",
    "a//b",
    "a/",
    "a\0b",
    "..\\secret",
    "secret.br",
    "a.gz/b",
  ];

  test.each(escapes)("%j is refused", async (path) => {
    await writeFile(join(root, "secret"), "s");
    const shelf = await folderShelf(join(root, "public"));

    expect(await shelf.read(path)).toBeNull();
    await expect(shelf.write(path, bytes("x"))).rejects.toMatchObject({ name: "AppError", code: "data" });
    await expect(shelf.remove(path)).rejects.toMatchObject({ name: "AppError", code: "data" });
    if (path !== "") expect(await shelf.list(path)).toEqual([]);
    expect(await readFile(join(root, "secret"), "utf8")).toBe("s");
  });

  test("a half-written file is neither read, listed nor written by its name", async () => {
    const shelf = await folderShelf(root);
    const half = `.postwire-${process.pid}-ab-9.tmp`;
    await writeFile(join(root, half), "half");

    expect(await shelf.read(half)).toBeNull();
    expect(await shelf.list("")).toEqual([]);
    await expect(shelf.write(half, bytes("x"))).rejects.toMatchObject({ code: "data" });
  });
});

describe("what a crash leaves behind", () => {
  test("is swept out at the next start, and nothing else", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const folder = join(root, "feeds", "c");
    await mkdir(folder, { recursive: true });
    const swept = [
      `.postwire-${dead}-ab-1.tmp`,
      `.postwire-${process.pid}-ab-1.tmp`,
      `.postwire-${process.ppid}-ab-1.tmp`,
    ];
    const kept = [`.postwire-${process.ppid}-ab-2.tmp`, ".keep.tmp", "x.atom"];
    for (const name of [...swept, ...kept]) await writeFile(join(folder, name), name);
    await utimes(join(folder, swept[2] ?? ""), 1_000, 1_000);

    await folderShelf(root);

    expect((await readdir(folder)).sort()).toEqual(kept.sort());
  });

  test("SIGKILL in the middle of writing never leaves half a file to a reader", {
    timeout: 60_000,
  }, async () => {
    const whole = /^([a-z])\1*\.$/;
    const shelf = await folderShelf(root);
    for (let batch = 0; batch < 4; batch++) {
      const names = Array.from({ length: 5 }, (_, n) => `feeds/${batch}-${n}.atom`);
      const writers = await Promise.all(names.map((name) => startWriter(name)));
      for (const [n, name] of names.entries()) {
        // Not the clock decides when it dies but how often it was read: a different moment each time.
        for (let reads = 0; reads <= 3 * n + batch; reads++) expect(await look(shelf, name)).toMatch(whole);
        const child = writers[n];
        child?.kill("SIGKILL");
        if (child) await once(child, "exit");
        expect(await look(shelf, name)).toMatch(whole);
      }
    }

    await folderShelf(root);

    expect((await readdir(join(root, "feeds"))).filter((name) => name.startsWith("."))).toEqual([]);
    expect(await shelf.list("feeds")).toHaveLength(20);
  });

  async function look(shelf: Awaited<ReturnType<typeof folderShelf>>, name: string): Promise<string> {
    const text = (await shelf.read(name))?.bytes.toString() ?? "";
    return text.length === 200_001 ? text.replace(/^(.)\1{199999}/, "$1") : `half: ${text.length}`;
  }

  async function startWriter(path: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, ["--import", "tsx", writer, "loop", root, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    return child;
  }
});

describe("a disk that refuses", () => {
  const canMount = process.platform === "linux" && spawnSync("unshare", ["-Urm", "true"]).status === 0;

  test.skipIf(!canMount)(
    "a full disk is trouble with a hint, and the old file is whole (needs unshare)",
    () => {
      const { result, old, files } = onDisk("mount -t tmpfs -o size=64k none $ROOT", "", 200_000);

      expect(result).toMatchObject({ code: "data", hint: expect.stringMatching(/disk is full/) });
      expect([old, files]).toEqual(["old", ["old"]]);
    },
  );

  test.skipIf(!canMount)(
    "a read-only disk is trouble with a hint, and the old file is whole (needs unshare)",
    () => {
      const { result, old, files } = onDisk("mount -t tmpfs none $ROOT", "mount -o remount,ro $ROOT", 10);

      expect(result).toMatchObject({ code: "data", hint: expect.stringMatching(/read-only/) });
      expect([old, files]).toEqual(["old", ["old"]]);
    },
  );

  test("a file in the way of a folder is trouble that names the place", async () => {
    await writeFile(join(root, "feeds"), "in the way");
    const shelf = await folderShelf(root);

    await expect(shelf.write("feeds/all.atom", bytes("x"))).rejects.toMatchObject({
      code: "data",
      message: expect.stringContaining(join(root, "feeds")),
      hint: expect.stringMatching(/in the way/),
    });
    await expect(folderShelf(join(root, "feeds"))).rejects.toMatchObject({ code: "data" });
  });

  test("a folder in the way of a file is trouble, and no half of the file stays", async () => {
    const shelf = await folderShelf(root);
    await shelf.write("a/b", bytes("x"));

    await expect(shelf.write("a", bytes("y"))).rejects.toMatchObject({ code: "data" });
    expect(await readdir(root)).toEqual(["a"]);
  });

  /** Writes once on a disk of its own, mounted where only that process sees it. */
  function onDisk(mount: string, then: string, size: number) {
    const once = `"${process.execPath}" --import tsx "${writer}" once "$ROOT" old ${size}`;
    const script = `set -e; ${mount}; printf old > "$ROOT/old"; ${then || ":"}; ${once}; echo; ls -A "$ROOT"`;
    const [first = "", ...files] = execFileSync("unshare", ["-Urm", "sh", "-c", script], {
      env: { ...process.env, ROOT: root },
      encoding: "utf8",
    })
      .trim()
      .split("\n");
    const { result, old }: { result: unknown; old: string } = JSON.parse(first);
    return { result, old, files };
  }
});

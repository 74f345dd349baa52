import { readFileSync } from "node:fs";
import { AppError } from "../../src/base/errors.ts";
import { folderShelf } from "../../src/feeds/write.ts";

/**
 * A process that writes, to be killed or to be given a bad disk: `writer.ts loop ROOT PATH` writes whole files of one
 * letter until it is killed; `writer.ts once ROOT PATH BYTES` writes once and prints what came of it as JSON.
 */
const [, , mode, root = "", path = "", size = "0"] = process.argv;

if (mode === "loop") {
  const shelf = await folderShelf(root);
  for (let round = 0; ; round++) {
    await shelf.write(path, wholeFile(round));
    if (round === 0) process.stdout.write("writing\n");
  }
}

function wholeFile(round: number): Buffer {
  const letter = String.fromCharCode(97 + (round % 26));
  return Buffer.from(`${letter.repeat(200_000)}.`);
}

if (mode === "once") {
  const result = await folderShelf(root)
    .then((shelf) => shelf.write(path, Buffer.alloc(Number(size), "n")))
    .catch((thrown: unknown) => {
      if (!(thrown instanceof AppError)) throw thrown;
      return { code: thrown.code, message: thrown.message, hint: thrown.hint };
    });
  process.stdout.write(JSON.stringify({ result, old: readFileSync(`${root}/old`, "utf8") }));
}

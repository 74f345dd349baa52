import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Somebody else's code that says whether a signature holds. */
export type Verifier = "dkimpy" | "Mail::DKIM";

/** A key as it is published: where in DNS, and what stands there. Nobody asks DNS for it. */
export interface Published {
  readonly name: string;
  readonly record: string;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

// Debian's own Python and Perl: others on the PATH know nothing of Debian's packages.
const scripts: Readonly<Record<Verifier, readonly [string, string]>> = {
  dkimpy: ["/usr/bin/python3", file("verify.py")],
  "Mail::DKIM": ["/usr/bin/perl", file("verify.pl")],
};

/** What `verifier` says of each mail: `pass`, or `fail: <why>`. Line ends of mails are CRLF. */
export async function verdictsOf(
  verifier: Verifier,
  { name, record }: Published,
  mails: readonly Buffer[],
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-verify-"));
  try {
    const files = mails.map((mail, n) => {
      const path = join(folder, `${n}.eml`);
      writeFileSync(path, mail);
      return path;
    });
    const [program, script] = scripts[verifier];
    const { stdout } = await promisify(execFile)(program, [script, name, record, ...files]);
    return stdout.trimEnd().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Why the verifiers cannot be asked here; null where they can. */
export function whyNoVerifiers(): string | null {
  for (const [program, ...args] of [
    ["/usr/bin/python3", "-c", "import dkim, nacl"],
    ["/usr/bin/perl", "-MMail::DKIM", "-e1"],
  ] as const) {
    try {
      execFileSync(program, args, { stdio: "ignore" });
    } catch {
      return `"${[program, ...args].join(" ")}" fails: python3-dkim, python3-nacl or libmail-dkim-perl is missing`;
    }
  }
  return null;
}

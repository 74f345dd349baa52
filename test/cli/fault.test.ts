import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli } from "../support/cli.ts";
import { aFolder } from "../support/store.ts";

const settings = { POSTWIRE_SECRET: "a secret for one test only" };

function aFolderWithConfig(): string {
  const cwd = aFolder();
  writeFileSync(
    join(cwd, "postwire.yaml"),
    'site: { title: P, url: "https://p.example" }\nmail: { transport: folder }\n',
  );
  return cwd;
}

test("a process dies at the point it is told to, and at no other", async () => {
  const cwd = aFolderWithConfig();
  const deliver = (fault: string) =>
    cli(["run", "deliver", "--json"], { cwd, env: { ...settings, POSTWIRE_FAULT: fault } });

  expect(await deliver("sweepDeliveries:before:1")).toMatchObject({ status: null, stdout: "" });
  expect(await deliver("sweepDeliveries:after:2")).toMatchObject({ status: null, stdout: "" });
  expect(await deliver("sweepDeliveries:before:99")).toMatchObject({ status: 0 });
});

test("a step that there is not is named", async () => {
  const cwd = aFolderWithConfig();

  const { status, stderr } = await cli(["status"], {
    cwd,
    env: { ...settings, POSTWIRE_FAULT: "dance:after:1" },
  });

  expect(status).toBe(2);
  expect(stderr).toContain('POSTWIRE_FAULT: there is no step called "dance".');
});

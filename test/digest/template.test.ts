import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { digestRenderer } from "../../src/digest/render.ts";
import { precompiled } from "../../src/digest/template.ts";
import { aSite, templates, wordsOf } from "./posts.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "postwire-templates-"));
  await cp(templates, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function refusal(file: string, change: (source: string) => string): Promise<string> {
  const path = join(folder, file);
  await writeFile(path, change(await readFile(path, "utf8")));
  const thrown: unknown = await digestRenderer({ folder, compiled: folder }).then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return thrown instanceof AppError ? `${thrown.code} ${thrown.message}` : "";
}

test.each([
  ["{{{headline}}}", /^template templates\/digest\.mjml: the slot "headline"/],
  ["{{&headline}}", /the slot "headline"/],
  ["{{>footer}}", /the slot "footer"/],
  ["{{=<% %>=}}", /templates\/digest\.mjml/],
  ["{{headlines}}", /templates\/digest\.mjml has a slot that nothing fills: \{\{headlines\}\}/],
  ["{{#posts}}", /templates\/digest\.mjml/],
])("a template with %s is refused at start, by file and slot", async (slot, message) => {
  expect(
    await refusal("digest.mjml", (source) => source.replace("{{overview}}", `{{overview}}${slot}`)),
  ).toMatch(message);
});

test("so is one for text, one without the link to unsubscribe, and one that is no MJML", async () => {
  expect(await refusal("confirm.txt", (source) => `${source}{{{body}}}`)).toMatch(
    /templates\/confirm\.txt.*"body"/,
  );
  await cp(templates, folder, { recursive: true });
  expect(await refusal("digest.txt", (source) => source.replace("{{unsubscribeUrl}}", ""))).toMatch(
    /templates\/digest\.txt lacks the slot \{\{unsubscribeUrl\}\}/,
  );
  await cp(templates, folder, { recursive: true });
  expect(await refusal("digest.mjml", (source) => source.replaceAll("mj-text", "mj-tekst"))).toMatch(
    /templates\/digest\.mjml is no MJML/,
  );
});

test("one that includes a file is refused or leaves it out", async () => {
  await writeFile(join(folder, "secret.mjml"), "<mj-text>hunter2</mj-text>");
  const path = join(folder, "digest.mjml");
  const source = await readFile(path, "utf8");
  await writeFile(path, source.replace("<mj-body", '<mj-include path="./secret.mjml" /><mj-body'));

  const said = await digestRenderer({ folder, compiled: folder }).then(
    (renderer) => renderer.renderVariant.toString(),
    (error: unknown) => String(error),
  );

  expect(said).not.toContain("hunter2");
});

test("a folder without templates is named", async () => {
  await expect(digestRenderer({ folder: join(folder, "nowhere"), compiled: folder })).rejects.toThrow(
    /templates\/digest\.mjml cannot be read/,
  );
});

test("what the build compiled is taken as it is, and a template that was changed since is not", async () => {
  const compiled = join(folder, "compiled");
  const before = await digestRenderer({ folder, compiled });
  await mkdir(compiled);
  for (const [name, html] of await precompiled(folder)) {
    await writeFile(join(compiled, name), `${html}<!-- as built -->`);
  }
  const built = await digestRenderer({ folder, compiled });
  const path = join(folder, "confirm.mjml");
  await writeFile(path, (await readFile(path, "utf8")).replace("{{heading}}", "» {{heading}}"));
  const changed = await digestRenderer({ folder, compiled });

  const mailOf = ({ renderConfirm }: typeof built) =>
    renderConfirm({ site: aSite, link: "https://p.example/confirm/1" }, wordsOf("en")).html;
  expect(mailOf(built)).toBe(`${mailOf(before)}<!-- as built -->`);
  expect(mailOf(changed)).toContain("» Confirm");
  expect(mailOf(changed)).not.toContain("as built");
});

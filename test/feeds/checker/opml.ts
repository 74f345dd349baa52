import type { Findings } from "./finding.ts";
import { checkHtml } from "./html.ts";
import { attributeOf, everyNode, type Node, named } from "./tree.ts";
import { uriFault } from "./values.ts";

const section = "OPML 2.0";

/** The rules of the validator for OPML (`opml.py`). */
export function checkOpml(findings: Findings, root: Node): void {
  const version = attributeOf(root, "version");
  if (version === undefined) findings.add("MissingAttribute", section, "/opml/@version");
  else if (!["1.0", "1.1", "2.0"].includes(version))
    findings.add("InvalidOPMLVersion", section, "/opml", version);
  for (const name of ["head", "body"]) {
    if (named(root, name).length === 0) findings.add("MissingElement", section, `/opml/${name}`);
  }
  for (const body of named(root, "body")) {
    if (named(body, "outline").length === 0) findings.add("MissingElement", section, `${body.path}/outline`);
  }
  for (const node of everyNode(root)) {
    if (node.name === "outline") checkOutline(findings, node);
    if (node.name === "title") checkHtml(findings, section, node.path, node.text);
  }
}

function checkOutline(findings: Findings, node: Node): void {
  const say = (name: string, value?: string) => findings.add(name, section, node.path, value);
  const [type, text, title] = ["type", "text", "title"].map((name) => attributeOf(node, name));
  const [xmlUrl, htmlUrl] = ["xmlUrl", "htmlUrl"].map((name) => attributeOf(node, name));
  if (text === undefined) say("MissingAttribute", "text");
  if (type === "rss" && xmlUrl === undefined) say("MissingXmlURL");
  if (type === "rss" && title === undefined) say("MissingTitleAttr");
  if (type === undefined && (xmlUrl !== undefined || htmlUrl !== undefined)) say("MissingOutlineType");
  const fault = htmlUrl === undefined ? null : uriFault(htmlUrl, true);
  if (fault !== null) say(fault, htmlUrl);
  for (const value of [text, title]) checkHtml(findings, section, node.path, value ?? "");
}

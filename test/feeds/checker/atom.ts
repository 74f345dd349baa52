import { checkHtml } from "./html.ts";
import {
  type Check,
  dateElement,
  htmlElement,
  linkRule,
  needed,
  plain,
  plainElement,
  type Rule,
  type Rules,
  thumbnail,
  uriElement,
  uriValue,
  walk,
} from "./texts.ts";
import { attributeOf, type Node, named } from "./tree.ts";
import { isCanonical, isMime } from "./values.ts";

const anything: Rule = { children: "anything" };

/** A text construct (§3.1): plain, or markup that says so. */
function textRule(section: string): Rule {
  return {
    once: true,
    attributes: ["type"],
    check: (check, node) => {
      const type = attributeOf(node, "type") ?? "text";
      if (type.includes("/")) check.findings.add("InvalidTextType", section, node.path, type);
      if (type === "html") checkHtml(check.findings, section, node.path, node.text);
      else plain(check, node, node.text, section, "ContainsUndeclaredHTML");
      if (node.text === "" && node.children.length === 0) check.findings.add("NotBlank", section, node.path);
    },
  };
}

const content: Rule = {
  once: true,
  attributes: ["type", "src"],
  check: (check, node) => {
    const type = attributeOf(node, "type") ?? "text";
    const section = "RFC 4287 §4.1.3";
    if (type === "html") htmlElement(section)(check, node);
    else if (type === "text") plain(check, node, node.text, section, "ContainsUndeclaredHTML");
    else if (type !== "xhtml" && !isMime(type))
      check.findings.add("InvalidMIMEType", section, node.path, type);
    if (attributeOf(node, "src") === undefined && node.text === "" && node.children.length === 0)
      check.findings.add("NotBlank", section, node.path);
  },
};

const category: Rule = {
  attributes: ["term", "scheme", "label"],
  check: (check, node) => {
    needed(check, node, "term", "RFC 4287 §4.2.2.1");
    const scheme = attributeOf(node, "scheme");
    if (scheme !== undefined) uriValue(check, node, scheme, "RFC 4287 §4.2.2.2");
    plain(check, node, attributeOf(node, "label") ?? "", "RFC 4287 §4.2.2.3");
  },
};

const person: Rule = {
  children: {
    name: { once: true, check: plainElement("RFC 4287 §3.2.1", true) },
    uri: { once: true, check: uriElement("RFC 4287 §3.2.2", false) },
    email: { once: true },
  },
  check: (check, node) => {
    if (named(node, "name").length === 0)
      check.findings.add("MissingElement", "RFC 4287 §3.2.1", `${node.path}/name`);
  },
};

const id: Rule = {
  once: true,
  check: (check, node) => {
    const section = "RFC 4287 §4.2.6";
    if (node.text !== node.text.trim())
      check.findings.add("UnexpectedWhitespace", section, node.path, node.text);
    uriValue(check, node, node.text.trim(), section);
    if (!isCanonical(node.text.trim())) check.findings.add("NonCanonicalURI", section, node.path, node.text);
  },
};

const image: Rule = { once: true, check: uriElement("RFC 4287 §4.2.5", false) };

const metadata: Rules = {
  id,
  title: textRule("RFC 4287 §4.2.14"),
  updated: { once: true, check: dateElement("RFC 4287 §4.2.15", "rfc3339") },
  subtitle: textRule("RFC 4287 §4.2.12"),
  rights: textRule("RFC 4287 §4.2.10"),
  author: person,
  contributor: person,
  category,
  generator: { once: true, attributes: ["uri", "version"], check: plainElement("RFC 4287 §4.2.4", true) },
  icon: image,
  logo: image,
  link: linkRule(true),
  "media:thumbnail": thumbnail,
  "dc:creator": {},
};

const entry: Rules = {
  id,
  title: metadata.title ?? {},
  updated: metadata.updated ?? {},
  published: { once: true, check: dateElement("RFC 4287 §4.2.9", "rfc3339") },
  summary: textRule("RFC 4287 §4.2.13"),
  rights: metadata.rights ?? {},
  author: person,
  contributor: person,
  category,
  content,
  link: linkRule(false),
  source: {
    once: true,
    children: metadata,
    check: (check, node) => {
      for (const name of ["id", "title", "updated"]) {
        if (named(node, name).length === 0)
          check.findings.add("MissingSourceElement", "RFC 4287 §4.2.11", `${node.path}/${name}`);
      }
    },
  },
  "media:thumbnail": thumbnail,
  "media:content": anything,
};

/** The rules of the validator for Atom 1.0 (`feed.py`, `entry.py`, `link.py`, `content.py`, `category.py`, `author.py`). */
export function checkAtom(check: Check): void {
  const feed = check.document.root;
  const known: Rules = { ...metadata, "xhtml:div": anything, entry: { children: entry, check: checkEntry } };
  walk(check, feed, known, "RFC 4287 §4.1.1");
  if (feed.text.trim() !== "")
    check.findings.add("UnexpectedText", "RFC 4287 §4.1.1", feed.path, feed.text.trim());
  checkHead(check, feed);
  checkIdentity(check, named(feed, "entry"));
}

function checkHead({ findings }: Check, feed: Node): void {
  const section = "RFC 4287 §4.1.1";
  const entries = named(feed, "entry");
  const firstEntry = feed.children.findIndex(({ name }) => name === "entry");
  for (const name of ["title", "id", "updated"]) {
    if (named(feed, name).length === 0) findings.add("MissingElement", section, `${feed.path}/${name}`);
  }
  if (entries.length === 0 && named(feed, "author").length === 0)
    findings.add("MissingElement", section, `${feed.path}/author`);
  for (const [place, child] of feed.children.entries()) {
    if (
      firstEntry !== -1 &&
      place > firstEntry &&
      Object.hasOwn(metadata, child.name) &&
      !child.name.includes(":")
    )
      findings.add("MisplacedMetadata", section, child.path);
  }
  const links = named(feed, "link");
  if (!links.some((link) => attributeOf(link, "rel") === "self"))
    findings.add("MissingSelf", section, feed.path);
  checkLinks(findings, links, ["type", "rel", "hreflang"]);
}

function checkLinks(findings: Check["findings"], links: readonly Node[], by: readonly string[]): void {
  const seen = new Set<string>();
  for (const link of links) {
    const key = JSON.stringify(
      by.map((name) => attributeOf(link, name) ?? (name === "rel" ? "alternate" : "")),
    );
    if (seen.has(key)) findings.add("DuplicateAtomLink", "RFC 4287 §4.1.1", link.path, key);
    seen.add(key);
  }
}

function checkEntry({ findings, document }: Check, node: Node): void {
  const has = (name: string) => named(node, name).length > 0;
  for (const name of ["title", "id", "updated"]) {
    if (!has(name)) findings.add("MissingElement", "RFC 4287 §4.1.2", `${node.path}/${name}`);
  }
  if (!has("author") && named(document.root, "author").length === 0)
    findings.add("MissingElement", "RFC 4287 §4.2.1", `${node.path}/author`);
  const alternates = named(node, "link").filter(
    (one) => (attributeOf(one, "rel") ?? "alternate") === "alternate",
  );
  if (!has("content")) {
    if (!has("summary")) findings.add("MissingTextualContent", "RFC 4287 §4.1.1.1", node.path);
    if (alternates.length === 0) findings.add("MissingContentOrAlternate", "RFC 4287 §4.1.2", node.path);
  }
  checkLinks(findings, alternates, ["type", "hreflang"]);
}

function checkIdentity({ findings }: Check, entries: readonly Node[]): void {
  for (const [name, fault] of [
    ["id", "DuplicateEntries"],
    ["updated", "DuplicateUpdated"],
  ] as const) {
    const seen = new Set<string>();
    for (const node of entries.flatMap((one) => named(one, name))) {
      if (seen.has(node.text)) findings.add(fault, "RFC 4287 §4.1.1", node.path, node.text);
      seen.add(node.text);
    }
  }
}

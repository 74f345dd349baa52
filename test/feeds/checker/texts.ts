import type { Findings } from "./finding.ts";
import { checkHtml } from "./html.ts";
import { attributeOf, type Document, everyNode, type Node, namespaces } from "./tree.ts";
import { hasBadCharacters, isLanguage, markupFault, rfc822Fault, rfc3339Fault, uriFault } from "./values.ts";

/** What every check of a file works with. */
export interface Check {
  readonly findings: Findings;
  readonly document: Document;
  readonly kind: "atom" | "rss";
  /** Where the file is served. */
  readonly url: string;
  /** Dates ahead of this instant cannot be, ms since 1970. */
  readonly now: number;
}

/** What is asked of a single element. */
export type Look = (check: Check, node: Node) => void;

/** What an element may hold: how often, with which attributes, and what else is asked of it. */
export interface Rule {
  readonly once?: boolean;
  readonly attributes?: readonly string[];
  readonly check?: Look;
  /** What may stand in it; only text where it is left out. */
  readonly children?: Rules | "anything";
}
export type Rules = Readonly<Record<string, Rule>>;

const everywhere = ["xml:lang", "xml:base", "xml:id", "xml:space"];

/** Walks a node by its rules. */
export function walk(check: Check, node: Node, rules: Rules, section: string): void {
  const seen = new Set<string>();
  for (const child of node.children) {
    // Of a foreign namespace nothing is known but its name.
    if (child.name.startsWith("?:")) continue;
    const rule = Object.hasOwn(rules, child.name) ? rules[child.name] : undefined;
    if (rule === undefined) {
      const name = child.name.startsWith("xhtml:") ? "MisplacedXHTMLContent" : "UndefinedElement";
      check.findings.add(name, section, child.path);
      continue;
    }
    if (rule.once && seen.has(child.name)) {
      check.findings.add(
        child.name === "enclosure" ? "DuplicateEnclosure" : "DuplicateElement",
        section,
        child.path,
      );
    }
    seen.add(child.name);
    inside(check, child, rule, section);
  }
}

function inside(check: Check, node: Node, rule: Rule, section: string): void {
  const { findings } = check;
  if (rule.children !== "anything") {
    for (const { name } of node.attributes) {
      if (name.startsWith("?:")) findings.add("UseOfExtensionAttr", section, `${node.path}/@${name}`);
      else if (![...everywhere, ...(rule.attributes ?? [])].includes(name))
        findings.add("UnexpectedAttribute", section, `${node.path}/@${name}`);
    }
    if (rule.children === undefined) {
      for (const child of node.children) findings.add("UndefinedElement", section, child.path);
    } else {
      if (node.text.trim() !== "") findings.add("UnexpectedText", section, node.path, node.text.trim());
      walk(check, node, rule.children, section);
    }
  }
  rule.check?.(check, node);
}

/** What holds of any part of an XML file: characters, languages, namespaces. */
export function checkEverywhere({ findings, document, kind }: Check): void {
  for (const { prefix, uri } of document.declared) {
    const known = Object.entries(namespaces).find(([, one]) => one === uri)?.[0];
    const section = "Namespaces in XML";
    if (prefix !== "" && Object.hasOwn(namespaces, prefix) && namespaces[prefix] !== uri)
      findings.add(prefix === "media" ? "MediaRssNamespace" : "ReservedPrefix", section, prefix, uri);
    else if (kind === "atom" && prefix !== "" && ["atom", "xhtml"].includes(known ?? ""))
      findings.add("AvoidNamespacePrefix", section, prefix);
    else if (known === undefined) findings.add("UnknownNamespace", section, prefix, uri);
  }
  for (const node of everyNode(document.root)) {
    for (const text of [node.text, ...node.attributes.map(({ value }) => value)]) {
      if (hasBadCharacters(text)) findings.add("BadCharacters", "XML 1.0 §2.2", node.path, text);
    }
    const language = attributeOf(node, "xml:lang");
    if (language !== undefined && !isLanguage(language))
      findings.add("InvalidLanguage", "XML 1.0 §2.12", node.path, language);
  }
}

/** A text that holds no markup (`nonhtml`). `name` is what is said where it does. */
export function plain(check: Check, node: Node, text: string, section: string, name = "ContainsHTML"): void {
  const isMarked = check.document.marked.has(node.line);
  const fault = markupFault(text, isMarked, check.kind === "rss");
  if (fault === null) return;
  check.findings.add(fault === "character" ? "CharacterData" : name, section, node.path, text);
}

/** An element with nothing but plain text in it. */
export function plainElement(section: string, isNeeded = false): Look {
  return (check, node) => {
    if (isNeeded && node.text.trim() === "") check.findings.add("NotBlank", section, node.path);
    plain(check, node, node.text, section);
  };
}

/** An element with markup in it. */
export function htmlElement(section: string): Look {
  return (check, node) => checkHtml(check.findings, section, node.path, node.text);
}

/** An element that is an address. */
export function uriElement(section: string, isWhole = true): Look {
  return (check, node) => uriValue(check, node, node.text.trim(), section, isWhole);
}

export function uriValue(check: Check, node: Node, value: string, section: string, isWhole = true): void {
  const fault = uriFault(value, isWhole);
  if (fault !== null) check.findings.add(fault, section, node.path, value);
}

/** An element that is a date. */
export function dateElement(section: string, form: "rfc3339" | "rfc822"): Look {
  return ({ findings, now }, node) => {
    const value = node.text.trim();
    const fault = form === "rfc3339" ? rfc3339Fault(value, now) : rfc822Fault(value, now);
    if (fault !== null) findings.add(fault, section, node.path, value);
  };
}

/** An attribute that has to be there; its value, or null. */
export function needed(check: Check, node: Node, name: string, section: string): string | null {
  const value = attributeOf(node, name);
  if (value === undefined) check.findings.add("MissingAttribute", section, `${node.path}/@${name}`);
  return value ?? null;
}

/** Media RSS: an image of the item. */
export const thumbnail: Rule = {
  attributes: ["url", "width", "height", "time"],
  check: (check, node) => {
    const url = needed(check, node, "url", "Media RSS 1.5.1 media:thumbnail");
    if (url !== null) uriValue(check, node, url, "Media RSS 1.5.1 media:thumbnail");
  },
};

/** The link element of Atom (RFC 4287 §4.2.7), in RSS too. */
export function linkRule(isHead: boolean): Rule {
  return {
    attributes: ["type", "title", "rel", "href", "length", "hreflang"],
    check: (check, node) => checkLink(check, node, isHead),
  };
}

const relations = new Set(
  (
    "alternate current describedby edit edit-media enclosure first hub last license next next-archive payment prev-archive previous " +
    "related replies search self service up via"
  ).split(" "),
);
const historical = new Set("current first last next next-archive prev-archive previous".split(" "));
const feedTypes = ["application/atom+xml", "application/rss+xml", "application/rdf+xml"];

function checkLink(check: Check, node: Node, isHead: boolean): void {
  const section = "RFC 4287 §4.2.7";
  const { findings, url } = check;
  const [rel = "alternate", type, title] = ["rel", "type", "title"].map((name) => attributeOf(node, name));
  const [href, length, hreflang] = ["href", "length", "hreflang"].map((name) => attributeOf(node, name));
  const say = (name: string, value?: string) => findings.add(name, section, node.path, value);
  if (rel === "") say("AttrNotBlank", "rel");
  else if (!relations.has(rel) && uriFault(rel, true) !== null) say("UnregisteredAtomLinkRel", rel);
  if (!isHead && historical.has(rel)) say("FeedHistoryRelInEntry", rel);
  if (type !== undefined && !/^[^\s/]+\/[^\s/]+$/.test(type.split(";")[0] ?? ""))
    say("InvalidMIMEType", type);
  else if (rel === "self" && type !== undefined && !feedTypes.includes(type.split(";")[0] ?? ""))
    say("SelfNotAtom", type);
  if (title === "") say("AttrNotBlank", "title");
  if (title !== undefined) plain(check, node, title, section);
  if (length !== undefined && !/^\d+$/.test(length)) say("InvalidNonNegativeInteger", length);
  if (hreflang !== undefined && !isLanguage(hreflang)) say("InvalidLanguage", hreflang);
  if (node.text.trim() !== "") say("AtomLinkNotEmpty", node.text);
  if (href === undefined) {
    say("MissingHref");
    return;
  }
  const fault = href === "" ? null : uriFault(href, false);
  if (fault !== null) say(fault, href);
  if (rel !== "self" || !isHead) return;
  if (!/^\w+:\/\//.test(href)) say("RelativeSelf", href);
  else if (href.split("#")[0] !== url) say("SelfDoesntMatchLocation", href);
}

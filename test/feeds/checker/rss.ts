import {
  type Check,
  dateElement,
  htmlElement,
  linkRule,
  needed,
  plainElement,
  type Rule,
  type Rules,
  thumbnail,
  uriElement,
  uriValue,
  walk,
} from "./texts.ts";
import { attributeOf, type Node, named } from "./tree.ts";
import { isDomainUrl, isLanguage, isMime, isPositive, uriFault } from "./values.ts";

const channelSection = "RSS 2.0 channel";
const itemSection = "RSS 2.0 item";
const profile = "RSS profile";
const category: Rule = { attributes: ["domain"], check: plainElement(itemSection, true) };
const contact: Rule = {
  once: true,
  check: ({ findings }, node) => {
    const value = node.text.trim();
    if (!/^\S+@[\w-]+(?:\.[\w-]+)+(?: \(.*\))?$/.test(value))
      findings.add("InvalidContact", profile, node.path, value);
    else if (!value.endsWith(")")) findings.add("MissingRealName", profile, node.path, value);
  },
};

const channelRules: Rules = {
  title: { once: true, check: plainElement(channelSection, true) },
  link: { once: true, check: uriElement(channelSection) },
  description: { once: true, check: plainElement(channelSection) },
  language: {
    once: true,
    check: ({ findings }, node) => {
      if (!isLanguage(node.text.trim()))
        findings.add("InvalidLanguage", channelSection, node.path, node.text);
    },
  },
  lastBuildDate: { once: true, check: dateElement(channelSection, "rfc822") },
  pubDate: { once: true, check: dateElement(channelSection, "rfc822") },
  docs: { once: true, check: uriElement(channelSection) },
  generator: { once: true },
  ttl: {
    once: true,
    check: ({ findings }, node) => {
      if (!isPositive(node.text))
        findings.add("InvalidPositiveInteger", channelSection, node.path, node.text);
    },
  },
  copyright: { once: true, check: plainElement(channelSection) },
  managingEditor: contact,
  webMaster: contact,
  category,
  image: { once: true, children: "anything" },
  "atom:link": linkRule(true),
  "dc:creator": {},
  "media:thumbnail": thumbnail,
  "xhtml:div": { children: "anything" },
};

const enclosure: Rule = {
  once: true,
  attributes: ["url", "length", "type"],
  check: (check, node) => {
    const say = (name: string, value: string) =>
      check.findings.add(name, "RSS 2.0 enclosure", node.path, value);
    const [url, length, type] = ["url", "length", "type"].map((name) =>
      needed(check, node, name, "RSS 2.0 enclosure"),
    );
    if (url && !isDomainUrl(url)) say("InvalidURLAttribute", url);
    if (type && !isMime(type)) say("InvalidMIMEAttribute", type);
    if (length === "-1") say("UseZeroForUnknown", length);
    else if (length && /^-\d+$/.test(length)) say("InvalidNonNegativeInteger", length);
    else if (length && !/^\d+$/.test(length)) say("InvalidIntegerAttribute", length);
  },
};

const guid: Rule = {
  once: true,
  attributes: ["isPermaLink"],
  check: ({ findings }, node) => {
    const section = "RSS 2.0 guid";
    const isPermaLink = attributeOf(node, "isPermaLink") ?? "true";
    if (!["true", "false"].includes(isPermaLink))
      findings.add("InvalidBooleanAttribute", section, node.path, isPermaLink);
    if (isPermaLink === "true") {
      if (uriFault(node.text, true) !== null) findings.add("InvalidHttpGUID", section, node.path, node.text);
      else if (/^(?:tag|urn:uuid):/i.test(node.text))
        findings.add("InvalidPermalink", section, node.path, node.text);
    } else if (/^\d{1,8}$/.test(node.text))
      findings.add("NotSufficientlyUnique", section, node.path, node.text);
  },
};

const itemRules: Rules = {
  title: { once: true, check: plainElement(itemSection, true) },
  link: { once: true, check: uriElement(itemSection) },
  description: { once: true, check: htmlElement(itemSection) },
  "content:encoded": { once: true, check: htmlElement("RSS content module") },
  pubDate: { once: true, check: dateElement(itemSection, "rfc822") },
  comments: { once: true, check: uriElement(itemSection) },
  author: contact,
  category,
  enclosure,
  guid,
  source: {
    once: true,
    attributes: ["url"],
    check: (check, node) => {
      const url = needed(check, node, "url", "RSS 2.0 source");
      if (url !== null) uriValue(check, node, url, "RSS 2.0 source");
      plainElement("RSS 2.0 source")(check, node);
    },
  },
  "atom:link": linkRule(false),
  "dc:creator": {},
  "dc:subject": {},
  "dc:date": {},
  "media:thumbnail": thumbnail,
  "media:content": { children: "anything" },
};

/** The rules of the validator for RSS 2.0 (`rss.py`, `channel.py`, `item.py`), those of the RSS Board's profile among them. */
export function checkRss(check: Check): void {
  const { findings, document } = check;
  const version = attributeOf(document.root, "version");
  if (version === undefined) findings.add("MissingAttribute", "RSS 2.0", "/rss/@version");
  else if (version !== "2.0") findings.add("InvalidRSSVersion", "RSS 2.0", "/rss", version);
  const rules: Rules = { ...channelRules, item: { children: itemRules, check: checkItem } };
  walk(check, document.root, { channel: { once: true, children: rules, check: checkChannel } }, "RSS 2.0");
  if (named(document.root, "channel").length === 0) findings.add("MissingElement", "RSS 2.0", "/rss/channel");
}

function checkChannel({ findings }: Check, channel: Node): void {
  const has = (name: string) => named(channel, name).length > 0;
  if (!has("description")) findings.add("MissingDescription", channelSection, channel.path);
  if (!has("link")) findings.add("MissingLink", channelSection, channel.path);
  if (!has("title")) findings.add("MissingTitle", channelSection, channel.path);
  if (!named(channel, "atom:link").some((link) => attributeOf(link, "rel") === "self"))
    findings.add("MissingAtomSelfLink", profile, channel.path);
  if (has("dc:creator") && has("managingEditor")) findings.add("DuplicateSemantics", profile, channel.path);
  const firstItem = channel.children.findIndex(({ name }) => name === "item");
  const lastHead = channel.children.findLastIndex(
    ({ name }) => name !== "item" && (!name.includes(":") || name === "atom:link"),
  );
  if (firstItem !== -1 && lastHead > firstItem) findings.add("MisplacedItem", profile, channel.path);
  const seen = new Set<string>();
  for (const { text, path } of named(channel, "item").flatMap((item) => named(item, "guid"))) {
    if (text === "") findings.add("NotBlank", "RSS 2.0 guid", path);
    else if (seen.has(text)) findings.add("DuplicateValue", "RSS 2.0 guid", path, text);
    seen.add(text);
  }
}

function checkItem({ findings }: Check, item: Node): void {
  const has = (name: string) => named(item, name).length > 0;
  if (!has("title") && !has("description"))
    findings.add("ItemMustContainTitleOrDescription", itemSection, item.path);
  if (!has("guid")) findings.add("MissingGuid", profile, item.path);
  for (const [core, other] of [
    ["author", "dc:creator"],
    ["category", "dc:subject"],
    ["pubDate", "dc:date"],
  ] as const) {
    if (has(core) && has(other)) findings.add("DuplicateItemSemantics", profile, item.path, other);
  }
  const names = item.children.map(({ name }) => name);
  const content = names.indexOf("content:encoded");
  if (content !== -1 && !names.slice(0, content).includes("description"))
    findings.add("NeedDescriptionBeforeContent", profile, item.path);
}

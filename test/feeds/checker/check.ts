import { checkAtom } from "./atom.ts";
import { type Finding, Findings } from "./finding.ts";
import { checkJson } from "./json.ts";
import { checkOpml } from "./opml.ts";
import { checkRss } from "./rss.ts";
import { checkEverywhere } from "./texts.ts";
import { read } from "./tree.ts";

/** The most of a file that the validator reads. */
const maxBytes = 5_000_000;

/**
 * What the W3C feed validator would say of an Atom, RSS or OPML file that is served at `url`, its mentions left out; and
 * what JSON Feed 1.1 says of a JSON file. `now` is when it is looked at, ms since 1970. Written from the validator's
 * rules, each finding under the name it has there.
 */
export function check(file: Buffer, url: string, now: number): readonly Finding[] {
  const findings = new Findings();
  if (file.length > maxBytes) findings.add("ValidatorLimit", "feedvalidator", url);
  const text = utf8(file);
  if (text === null) findings.add("UnicodeError", "RFC 3629 §3", url);
  else if (url.endsWith(".json")) checkJson(findings, text, url, now);
  else checkXml(findings, text, url, now);
  return findings.all;
}

function utf8(file: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    return null;
  }
}

function checkXml(findings: Findings, text: string, url: string, now: number): void {
  const version = /^<\?xml\s+version="([^"]*)"/.exec(text)?.[1];
  if (version !== undefined && version !== "1.0") findings.add("BadXmlVersion", "XML 1.0 §2.8", url, version);
  try {
    const document = read(text);
    const { name } = document.root;
    const kind = name === "rss" ? "rss" : "atom";
    checkEverywhere({ findings, document, kind, url, now });
    if (name === "rss") checkRss({ findings, document, kind, url, now });
    else if (name === "feed") checkAtom({ findings, document, kind, url, now });
    else if (name === "opml") checkOpml(findings, document.root);
    else findings.add("UndefinedElement", "feedvalidator root.py", `/${name}`);
  } catch (thrown) {
    findings.add("SAXError", "XML 1.0", url, String(thrown));
  }
}

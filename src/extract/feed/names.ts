/**
 * The parts of a feed that are read, by the names they get: lower case, namespaces under their usual prefix, those of
 * the feed formats (RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF) without one.
 */
const listed = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** Of an item. */
export const itemParts = listed(
  "title link guid id pubdate published updated issued modified created author category tags enclosure description summary " +
    "abstract content body div fullitem content.encoded dc.title dc.creator dc.author dc.date dc.subject dc.identifier " +
    "dc.description dcterms.issued dcterms.created dcterms.modified media.title media.description media.content " +
    "media.thumbnail media.category media.group itunes.title itunes.author itunes.subtitle itunes.summary itunes.image itunes.category xhtml.body " +
    "xhtml.div atom.id atom.link atom.updated atom.author atom.category feedburner.origlink",
);

/** Of the channel. */
export const channelParts = listed(
  "title link id description subtitle tagline abstract language lastbuilddate pubdate updated modified ttl skiphours " +
    "skipdays author managingeditor webmaster dc.title dc.creator dc.author dc.date dc.language dc.description dcterms.modified " +
    "sy.updateperiod sy.updatefrequency atom.link atom.id itunes.author itunes.subtitle itunes.summary lang",
);

/**
 * What the parts are called in the clean XML: names as short as can be, because xml2js reads them letter by letter; and
 * none that rss-parser knows, because it would read what they hold in its own way.
 */
export const codes: ReadonlyMap<string, string> = new Map(
  [...new Set([...itemParts, ...channelParts])].map((name, n) => [name, `p${n.toString(36)}`]),
);

/** Parts that hold parts. */
export const holders = listed(
  "author dc.creator atom.author itunes.author media.group media.content itunes.category",
);

/** What is read of the parts in parts. */
export const innerParts = listed(
  "name email itunes.name itunes.email media.title media.description media.content media.thumbnail media.category itunes.category",
);

/** The attributes that are read, without their prefix. */
export const keptAttributes = listed(
  "about rel href type mode term label text url length filesize medium ispermalink base",
);

/** Parts that hold no markup with parts of a feed in it: where one of those opens, this one was never closed. */
export const leaves = listed(
  "title link guid id pubdate published updated issued modified created category comments dc.title dc.creator dc.date " +
    "dc.subject dc.identifier lastbuilddate language ttl",
);

/** Namespaces by a part of their address, with the prefix their elements get here; "" for those of the feed formats. */
const namespaces: readonly (readonly [RegExp, string])[] = [
  [/\/2005\/atom|purl\.org\/atom/i, "atom"],
  [/purl\.org\/rss\/1\.0\/modules\/content/i, "content"],
  [/purl\.org\/rss\/1\.0\/modules\/syndication/i, "sy"],
  [/purl\.org\/rss\/1\.0\/?$|netscape\.com|backend\.userland\.com|channel\.netscape/i, ""],
  [/purl\.org\/dc\/elements/i, "dc"],
  [/purl\.org\/dc\/terms/i, "dcterms"],
  [/itunes\.com|example\.com\/DTDs\/Podcast/i, "itunes"],
  [/search\.yahoo\.com\/mrss/i, "media"],
  [/1999\/xhtml/i, "xhtml"],
];

/** What is declared where: prefixes with the namespaces they stand for. */
export interface Scope {
  readonly outer: Scope | null;
  readonly declared: ReadonlyMap<string, string>;
  /** Names already looked up. */
  readonly known: Map<string, string>;
}

/** The scope of an element with these attributes. */
export function scopeOf(attributes: ReadonlyMap<string, string>, outer: Scope | null): Scope | null {
  if (attributes.size === 0) return outer;
  const declared = new Map<string, string>();
  for (const [name, address] of attributes) {
    if (name === "xmlns") declared.set("", address);
    else if (name.startsWith("xmlns:")) declared.set(name.slice(6), address);
  }
  return declared.size === 0 ? outer : { outer, declared, known: new Map() };
}

/** The name of an element without its prefix. */
export function localOf(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** What an element is called here: see `itemParts`. */
export function calledIn(name: string, scope: Scope | null, isAtom: boolean): string {
  const known = scope?.known.get(name);
  if (known !== undefined) return known;
  const colon = name.indexOf(":");
  const prefix = colon < 0 ? "" : name.slice(0, colon);
  const address = addressOf(prefix, scope);
  const usual = address === null ? undefined : namespaces.find(([pattern]) => pattern.test(address))?.[1];
  const space = usual ?? prefix;
  const called = space === "" || (space === "atom" && isAtom) ? localOf(name) : `${space}.${localOf(name)}`;
  if (scope !== null && scope.known.size < mostKnown) scope.known.set(name, called);
  return called;
}

const mostKnown = 1_000;

function addressOf(prefix: string, scope: Scope | null): string | null {
  for (let at = scope; at !== null; at = at.outer) {
    const address = at.declared.get(prefix);
    if (address !== undefined) return address;
  }
  return null;
}

/** Something a validator would say of a file. */
export interface Finding {
  readonly level: "error" | "warning";
  /** The class of the message in the W3C feed validator (`feedvalidator/logging.py`); `Json…` for JSON Feed, which it does not know. */
  readonly name: string;
  /** Where the rule stands. */
  readonly section: string;
  /** What it is about: the path of elements, and the value where it helps. */
  readonly at: string;
}

/** The classes that are warnings there; every other one is an error. What it only mentions is left out. */
const warnings = new Set(
  (
    "UseOfExtensionAttr DuplicateSemantics DuplicateItemSemantics ReservedPrefix UnknownNamespace AvoidNamespacePrefix " +
    "NotSufficientlyUnique ImplausibleDate ProblematicalRFC822Date SecurityRisk SecurityRiskAttr DangerousStyleAttr " +
    "BadCharacters NonCanonicalURI ContainsHTML ContainsUndeclaredHTML CharacterData ContainsRelRef MissingSelf " +
    "MissingAtomSelfLink SelfDoesntMatchLocation RelativeSelf SelfNotAtom DuplicateEntries DuplicateUpdated NotBlank " +
    "AttrNotBlank MissingTextualContent MissingSourceElement DuplicateEnclosure MissingGuid UnregisteredAtomLinkRel " +
    "AtomLinkNotEmpty NotHtml FeedHistoryRelInEntry MisplacedItem NeedDescriptionBeforeContent SchemeNotIANARegistered " +
    "MisplacedXHTMLContent MissingXmlURL MissingTitleAttr MissingOutlineType EmailFormat MissingRealName"
  ).split(" "),
);

/** Collects what is said of one file. */
export class Findings {
  readonly all: Finding[] = [];

  /** `value` is cut: it is there to be recognised. */
  add(name: string, section: string, at: string, value?: string): void {
    const level = warnings.has(name) ? "warning" : "error";
    const about = value === undefined ? at : `${at}: ${JSON.stringify(value.slice(0, 120))}`;
    this.all.push({ level, name, section, at: about });
  }
}

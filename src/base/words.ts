import { day, hour, type Instant, minute } from "./clock.ts";
import { AppError } from "./errors.ts";

/** The sentences of one language, by key: `locales/<language>.json`. */
export type Sentences = Readonly<Record<string, string>>;

/** Whether `tag` is the tag of a language (BCP 47). */
export function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Everything a page or a mail needs to speak one language. */
export interface Words {
  /** BCP 47, as in `<html lang>`: `en`, `zh`. */
  readonly language: string;
  readonly dir: "ltr" | "rtl";
  /**
   * The sentence for `key`, its `{slots}` filled; values are inserted as they are, so escape afterwards.
   * With a number `count` among the slots, `key.one`, `key.other` … are looked up by the plural rules.
   */
  say(key: string, slots?: Readonly<Record<string, string | number>>): string;
  /** A calendar day in `zone`: "5 January 2026", "2026年1月5日". */
  date(at: Instant, zone: string): string;
  /** How far off something is: "in 4 hours", "3 days ago"; ms from now, negative for the past. */
  fromNow(ms: number): string;
  /** A calendar day written `2026-01-05`, as `date` would write it. */
  day(on: string): string;
  number(value: number): string;
}

/** The languages spoken, the first one where nothing else is asked for. */
export interface Speech {
  readonly languages: readonly string[];
  /** The words for a language tag: `zh-CN` finds `zh`; what is not spoken gets the site's language. */
  in(language: string | null): Words;
}

/**
 * Makes `Speech` from the sentences of each language. Throws `AppError("template")` when a language lacks a
 * key another one has: a reader must never see a key.
 */
export function speech(locales: Readonly<Record<string, Sentences>>, siteLanguage: string): Speech {
  const known = new Map(
    Object.entries(locales).map(([tag, sentences]) => [tag.toLowerCase(), words(tag, sentences)]),
  );
  refuseGaps(locales);
  const find = (tag: string | null) => {
    const folded = tag?.toLowerCase() ?? "";
    return known.get(folded) ?? known.get(folded.split("-")[0] ?? "");
  };
  const fallback = find(siteLanguage) ?? find("en");
  if (fallback === undefined) throw new AppError("template", "locales/en.json is missing.");
  return { languages: [...known.keys()], in: (tag) => find(tag) ?? fallback };
}

const steps = [
  { unit: "day", size: day },
  { unit: "hour", size: hour },
  { unit: "minute", size: minute },
] as const;

function words(language: string, sentences: Sentences): Words {
  const plural = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const days = new Map<string, Intl.DateTimeFormat>();
  const dayFormat = (zone: string) => {
    const format =
      days.get(zone) ??
      new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: zone });
    days.set(zone, format);
    return format;
  };
  return {
    language,
    dir: /^(?:ar|fa|he|ur)\b/.test(language) ? "rtl" : "ltr",
    say: (key, slots = {}) => {
      const count = slots.count;
      const exact = typeof count === "number" ? sentences[`${key}.${plural.select(count)}`] : undefined;
      const sentence = exact ?? sentences[`${key}.other`] ?? sentences[key];
      if (sentence === undefined) throw new Error(`locales/${language}.json has no sentence "${key}"`);
      return sentence.replace(/\{(\w+)\}/g, (_, slot: string) => {
        const value = slots[slot];
        return typeof value === "number" ? numbers.format(value) : (value ?? `{${slot}}`);
      });
    },
    date: (at, zone) => dayFormat(zone).format(at),
    fromNow: (ms) => {
      const step = steps.find(({ size }) => Math.abs(ms) >= size);
      return step === undefined
        ? relative.format(0, "second")
        : relative.format(Math.round(ms / step.size), step.unit);
    },
    day: (on) => dayFormat("UTC").format(Date.parse(on)),
    number: (value) => numbers.format(value),
  };
}

function refuseGaps(locales: Readonly<Record<string, Sentences>>): void {
  const stem = (key: string) => key.replace(/\.(?:zero|one|two|few|many|other)$/, "");
  const keys = new Map(
    Object.entries(locales).map(([tag, said]) => [tag, new Set(Object.keys(said).map(stem))]),
  );
  for (const [tag, said] of keys) {
    for (const [other, theirs] of keys) {
      const missing = [...theirs].find((key) => !said.has(key));
      if (missing !== undefined) {
        throw new AppError("template", `locales/${tag}.json has no sentence "${missing}".`, {
          hint: `locales/${other}.json has it; translate it.`,
        });
      }
    }
  }
}

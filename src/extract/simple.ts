import type { Element } from "./element.ts";

/** What is asked of an element by itself: nothing of what stands around it. */
export type Question = (element: Element) => boolean;

const alternative = /^(?:([a-z][a-z\d]*)|\*)?((?:\.[a-zA-Z][\w-]*|\[[^\]]*\])*)$/;
/** Only attributes whose values are compared to the letter (WHATWG HTML §4.16.2 names those that are not). */
const condition =
  /\.([a-zA-Z][\w-]*)|\[(?:([a-z][a-z-]*)|(class|id|itemprop|onclick|role|data-[a-z-]+)([~*$]?=)([a-zA-Z][\w-]*))\]/g;

/**
 * What compiled CSS says of a list of names, classes and attributes (`h2, .p-name, a[href], [class*=title]`), at a tenth of the
 * cost: nearly everything that pages are asked. Null for any other selector.
 */
export function simpleQuestion(selector: string): Question | null {
  const questions = selector.split(",").map((one) => questionOf(one.trim()));
  if (questions.includes(null)) return null;
  if (/^[a-z\d, ]+$/.test(selector)) {
    const names = new Set(selector.split(",").map((name) => name.trim()));
    return ({ name }) => names.has(name);
  }
  return questions.reduce((before, other) => (element) => before?.(element) || other?.(element) || false);
}

function questionOf(written: string): Question | null {
  const [whole, name, conditions = ""] = alternative.exec(written) ?? [];
  if (!whole) return null;
  const asked = [...conditions.matchAll(condition)];
  if (asked.map(([part]) => part).join("") !== conditions) return null;
  const isNamed: Question | null = name === undefined ? null : (element) => element.name === name;
  return (
    asked
      .map(([, word, has = "", attribute = "", sign = "", value = ""]) =>
        word === undefined ? isSaid(has || attribute, sign, value) : isSaid("class", "~=", word),
      )
      .reduce<Question | null>(
        (first, next) => (first === null ? next : (element) => first(element) && next(element)),
        isNamed,
      ) ?? (() => true)
  );
}

/** Whether an attribute is there, and says that. What every object has (`constructor`) is no string. */
function isSaid(key: string, sign: string, value: string): Question {
  if (sign === "") return ({ attribs }) => typeof attribs[key] === "string";
  const isWord = new RegExp(`(?:^|\\s)${value}(?:$|\\s)`);
  const tests: Readonly<Record<string, (said: string) => boolean>> = {
    "=": (said) => said === value,
    "~=": (said) => said.length >= value.length && isWord.test(said),
    "*=": (said) => said.includes(value),
    "$=": (said) => said.endsWith(value),
  };
  const holds = tests[sign];
  return ({ attribs }) => {
    const said = attribs[key];
    return typeof said === "string" && holds?.(said) === true;
  };
}

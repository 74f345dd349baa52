import type { z } from "zod";

/** Something wrong in the configuration: where, what, and how to mend it. */
export interface Fault {
  /** `sources[2].read`, or empty for the file as a whole. */
  readonly key: string;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** The faults behind what zod found, each in plain words; `shape` is what may stand where, for suggestions. */
export function faultsOf(
  issues: readonly Issue[],
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly Fault[] {
  return issues.flatMap((issue) => faultsOfOne(issue, keysAt));
}

function faultsOfOne(
  issue: Issue,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly Fault[] {
  const key = pathOf(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((unknown) => ({
        key: pathOf([...issue.path, unknown]),
        message: `is not known. ${suggestion(unknown, keysAt(issue.path))}`,
      }));
    case "invalid_type":
      return [
        {
          key,
          message: issue.input === undefined ? missing(issue.expected) : `wants ${aKind(issue.expected)}.`,
        },
      ];
    case "invalid_value":
      return [{ key, message: `wants ${issue.values.map(String).join(" or ")}.` }];
    case "too_small":
      return [
        {
          key,
          message: issue.origin === "string" ? "is empty." : `is too small; at least ${issue.minimum}.`,
        },
      ];
    case "too_big":
      return [{ key, message: `is too large; at most ${issue.maximum}.` }];
    case "invalid_union":
      return unionFaults(issue, key, keysAt);
    case "invalid_key":
    case "invalid_element":
      return issue.issues.map((inner) => ({ key, message: inner.message }));
    default:
      return [{ key, message: issue.message }];
  }
}

/** The faults of the branch that came closest: the one that is not just of another type. */
function unionFaults(
  issue: Extract<Issue, { code: "invalid_union" }>,
  key: string,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly Fault[] {
  const branches = issue.errors.filter(
    (branch) =>
      !branch.some(
        ({ code, path }) => path.length === 0 && (code === "invalid_type" || code === "invalid_value"),
      ),
  );
  const closest = branches[0];
  if (closest === undefined)
    return [
      { key, message: issue.message === "Invalid input" ? "has a value that fits nowhere." : issue.message },
    ];
  return closest.flatMap((inner) => faultsOfOne({ ...inner, path: [...issue.path, ...inner.path] }, keysAt));
}

/** `["sources", 2, "read"]` → `sources[2].read`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (key, part) =>
      typeof part === "number" ? `${key}[${part}]` : key === "" ? String(part) : `${key}.${String(part)}`,
    "",
  );
}

function missing(expected: string): string {
  return `is missing; it wants ${aKind(expected)}.`;
}

function aKind(expected: string): string {
  const kinds: Record<string, string> = {
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a group of keys",
    record: "a group of keys",
  };
  return kinds[expected] ?? `a ${expected}`;
}

/** `Did you mean "every"?`, or the keys there are. */
function suggestion(unknown: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, far: distance(unknown.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far)[0];
  if (near !== undefined && near.far <= Math.max(1, Math.floor(near.name.length / 3)))
    return `Did you mean "${near.name}"?`;
  return known.length > 0 ? `Known: ${known.join(", ")}.` : "Take it out.";
}

/** How many letters were mistyped: changed, left out, put in, or swapped with the next (Damerau's distance). */
function distance(a: string, b: string): number {
  const rows: number[][] = [];
  const at = (i: number, j: number) => (i < 0 || j < 0 ? Number.POSITIVE_INFINITY : (rows[i]?.[j] ?? 0));
  for (let i = 0; i <= a.length; i++) {
    rows[i] = [];
    for (let j = 0; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      ];
      (rows[i] ?? []).push(i + j === 0 ? 0 : Math.min(...ways));
    }
  }
  return at(a.length, b.length);
}

/** Longest question whose answer is kept, in characters, and how many are kept before all are forgotten. */
const [longest, most] = [200, 5_000];

/** `answer`, which depends on its question alone, with the answers kept: a page asks the same again and again. */
export function remembering<Answer>(answer: (question: string) => Answer): (question: string) => Answer {
  const known = new Map<string, Answer>();
  return (question) => {
    if (question.length > longest) return answer(question);
    const before = known.get(question);
    if (before !== undefined) return before;
    const said = answer(question);
    if (known.size >= most) known.clear();
    known.set(question, said);
    return said;
  };
}

interface Known<Answer> {
  readonly name: string;
  readonly answer: Answer;
  readonly before: Known<Answer> | undefined;
}

/**
 * `answer`, which depends on a thing and on what `key` says of the rest, with the answers kept as long as the thing: a
 * page does not change once it is parsed.
 */
export function rememberingFor<Thing extends object, Rest, Answer>(
  answer: (thing: Thing, rest: Rest) => Answer,
  key: (rest: Rest) => string,
): (thing: Thing, rest: Rest) => Answer {
  // Nearly all are asked one question only: a chain of answers is less to keep than a map for each.
  const known = new WeakMap<Thing, Known<Answer>>();
  return (thing, rest) => {
    const name = key(rest);
    const latest = known.get(thing);
    for (let at = latest; at !== undefined; at = at.before) {
      if (at.name === name) return at.answer;
    }
    const said = answer(thing, rest);
    known.set(thing, { name, answer: said, before: latest });
    return said;
  };
}

/** Longest question whose answer is kept, in characters, and how many are kept before all are forgotten. */
const [longest, most] = [600, 5_000];

/** `answer`, which depends on its question alone, with the answers kept: a page asks the same again and again. */
export function remembering<Answer>(answer: (question: string) => Answer): (question: string) => Answer {
  const known = new Map<string, Answer>();
  return (question) => {
    const before = known.get(question);
    if (before !== undefined) return before;
    const said = answer(question);
    if (known.size >= most) known.clear();
    if (question.length <= longest) known.set(question, said);
    return said;
  };
}

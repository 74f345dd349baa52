import type { Played } from "./plays.ts";

/** What a part came to, or why it was not played. */
export type Outcome = Played | { readonly name: string; readonly why: string };

const heads = [
  "phase",
  "kills (random / at steps / in SMTP)",
  "faults",
  "mails accepted",
  "lost",
  "false sent",
  "extra copies",
  "allowed",
  "most copies",
  "extra with hold",
  "left to the operator",
  "integrity",
];

/** The outcomes as a Markdown table, with their sum. */
export function table(outcomes: readonly Outcome[]): string {
  const verdicts = outcomes.filter((outcome) => "kills" in outcome);
  const rows = outcomes.map((outcome) =>
    "why" in outcome ? [outcome.name, `skipped: ${outcome.why}`] : rowOf(outcome),
  );
  const lines = [heads, heads.map(() => "---"), ...rows, ...(verdicts.length > 1 ? [sumOf(verdicts)] : [])];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function rowOf(of: Played): readonly string[] {
  const { random, step, phase } = of.kills;
  return [
    of.name,
    `${random + step + phase} (${random} / ${step} / ${phase})`,
    ...[of.faults, of.accepted, of.lost, of.falseSent].map(String),
    of.isHold ? "" : String(of.extra),
    of.isHold ? "" : String(of.bound),
    String(of.most),
    of.isHold ? String(of.extra) : "",
    String(of.unknown),
    of.integrity,
  ];
}

function sumOf(all: readonly Played[]): readonly string[] {
  const sum = (of: (verdict: Played) => number) => all.reduce((total, verdict) => total + of(verdict), 0);
  const sent = all.filter(({ isHold }) => !isHold);
  const total: Played = {
    name: "all",
    kills: {
      random: sum((v) => v.kills.random),
      step: sum((v) => v.kills.step),
      phase: sum((v) => v.kills.phase),
    },
    faults: sum((v) => v.faults),
    kindsOfFault: Math.max(...all.map((v) => v.kindsOfFault)),
    steps: [],
    accepted: sum((v) => v.accepted),
    lost: sum((v) => v.lost),
    falseSent: sum((v) => v.falseSent),
    extra: sent.reduce((total, { extra }) => total + extra, 0),
    bound: sent.reduce((total, { bound }) => total + bound, 0),
    most: Math.max(...all.map(({ most }) => most)),
    states: {},
    unknown: sum((v) => v.unknown),
    isHold: false,
    integrity: all.every(({ integrity }) => integrity === "ok") ? "ok" : "broken",
    wrongs: [],
  };
  const held = all.filter(({ isHold }) => isHold).reduce((extra, verdict) => extra + verdict.extra, 0);
  return rowOf(total).map((cell, n) => (heads[n] === "extra with hold" ? String(held) : cell));
}

/** The steps at which a process died, each with how often. */
export function stepsReached(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const step of outcomes.flatMap((outcome) => ("steps" in outcome ? outcome.steps : []))) {
    const place = step.replace(/:\d+$/, "");
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([place, count]) => `${place} ${count}`)
    .join(", ");
}

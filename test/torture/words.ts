import type { BehaviourName, Mood } from "./behaviours.ts";

/** Where a process can be killed in a conversation: `taken` before the reply to the final dot, `replied` after it. */
export const phases = ["mail", "rcpt", "data", "body", "dot", "taken", "replied"] as const;
export type Phase = (typeof phases)[number];

/** What the driver tells the sink. */
export type Order =
  | { readonly kind: "mood"; readonly mood: Mood }
  /** Ask for the end of `sender` when it has reached `phase` for the `count`-th time. */
  | { readonly kind: "trap"; readonly sender: string; readonly phase: Phase; readonly count: number }
  /** It is dead: go on. */
  | { readonly kind: "dead"; readonly sender: string };

/** What the sink tells the driver; `sender` is what a process calls itself in EHLO. */
export type Word =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "met"; readonly sender: string }
  /** The sink waits until the driver says that it is dead. */
  | { readonly kind: "trapped"; readonly sender: string };

/** One line of the sink's record, the truth about what was done and what was taken. */
export type Entry = { readonly at: number; readonly sender: string } & (
  | { readonly kind: "misbehaved"; readonly how: BehaviourName; readonly to: string }
  | { readonly kind: "refused"; readonly to: string }
  | { readonly kind: "trapped"; readonly phase: Phase; readonly to: string }
  | {
      readonly kind: "took";
      readonly copy: number;
      readonly to: string;
      readonly sha256: string;
      readonly messageId: string;
    }
  /** The whole 250 was handed to the network while the connection stood. */
  | { readonly kind: "replied"; readonly copy: number; readonly to: string }
);

/** An entry before it is written down. */
export type Unwritten<E = Entry> = E extends Entry ? Omit<E, "at"> : never;

/** Where in a conversation the sink may misbehave; `dot` is after the final dot. */
export type Stage = "greeting" | "ehlo" | "mail" | "rcpt" | "data" | "body" | "dot" | "rset";

/**
 * What the sink does at a stage. `words` are written as they stand; then it goes on, or `then` does something to the
 * connection. With `accepts` the mail is taken all the same, and `isHeard` says that these words are a whole 250.
 */
export interface Behaviour {
  readonly stage: Stage;
  readonly words: readonly string[];
  readonly then: "go on" | "close" | "drop" | "reset" | "hang" | "stop reading";
  readonly accepts: boolean;
  readonly isHeard: boolean;
}

const says = (stage: Stage, words: string, then: Behaviour["then"] = "go on"): Behaviour => {
  return { stage, words: [`${words}\r\n`], then, accepts: false, isHeard: false };
};
const acts = (stage: Stage, then: Behaviour["then"]): Behaviour => {
  return { stage, words: [], then, accepts: false, isHeard: false };
};
const takes = (
  words: readonly string[],
  then: Behaviour["then"],
  { isHeard } = { isHeard: false },
): Behaviour => {
  return { stage: "dot", words, then, accepts: true, isHeard };
};

const heard = { isHeard: true };

/** Every misbehaviour by its name. */
export const behaviours = {
  "greeting 421": says("greeting", "421 4.3.2 too many connections", "close"),
  "greeting 554": says("greeting", "554 5.3.2 no service here", "close"),
  "greeting garbage": says("greeting", "SSH-2.0-OpenSSH_9.6"),
  "greeting hang": acts("greeting", "hang"),
  "greeting drop": acts("greeting", "drop"),
  "ehlo refused": says("ehlo", "502 5.5.1 what is EHLO"),
  "ehlo drop": acts("ehlo", "drop"),
  "mail 451": says("mail", "451 4.3.0 not now"),
  "mail 550 5.7.1": says("mail", "550 5.7.1 sender refused"),
  "mail drop": acts("mail", "drop"),
  "mail hang": acts("mail", "hang"),
  "rcpt 450": says("rcpt", "450 4.2.0 greylisted, come again"),
  "rcpt 452": says("rcpt", "452 4.2.2 mailbox full"),
  "rcpt 550 5.7.1": says("rcpt", "550 5.7.1 refused by policy"),
  "rcpt 421": says("rcpt", "421 4.3.2 closing", "close"),
  "rcpt drop": acts("rcpt", "drop"),
  "rcpt hang": acts("rcpt", "hang"),
  "data 451": says("data", "451 4.3.0 not now"),
  "data 554 5.7.1": says("data", "554 5.7.1 refused by policy"),
  "data drop": acts("data", "drop"),
  "body drop": acts("body", "drop"),
  "body reset": acts("body", "reset"),
  "body unread": acts("body", "stop reading"),
  "dot 451": says("dot", "451 4.3.0 no room"),
  "dot 554 5.6.0": says("dot", "554 5.6.0 content refused"),
  "dot 421": says("dot", "421 4.3.2 closing", "close"),
  "dot drop": acts("dot", "drop"),
  "taken, drop": takes([], "drop"),
  "taken, silence": takes([], "hang"),
  "taken, garbage": takes(["\u0007%% 250?\r\n"], "go on"),
  "taken, half a line": takes(["250 2.0.0 ta"], "drop"),
  "taken, dripped": takes([..."250 2.0.0 ok\r\n"], "go on", heard),
  "taken, several lines": takes(["250-2.0.0 taken\r\n", "250-as\r\n", "250 2.0.0 usual\r\n"], "go on", heard),
  "taken, closed": takes(["250 2.0.0 taken\r\n"], "close", heard),
  "rset drop": acts("rset", "drop"),
} as const satisfies Readonly<Record<string, Behaviour>>;

export type BehaviourName = keyof typeof behaviours;

/** How likely each misbehaviour is whenever its stage is reached. */
export type Mood = Readonly<Partial<Record<BehaviourName, number>>>;

/** What a recipient that does not exist is told, whoever asks and however often. */
export const noSuchReader = "550 5.1.1 no such user";

/** Whether the sink knows no such recipient: said by the address, so that it is the same for ever. */
export function isGone(address: string): boolean {
  return address.startsWith("gone");
}

const weather: Mood = {
  "greeting 421": 0.008,
  "greeting 554": 0.008,
  "greeting garbage": 0.008,
  "greeting hang": 0.004,
  "greeting drop": 0.008,
  "ehlo refused": 0.05,
  "ehlo drop": 0.01,
  "mail 451": 0.004,
  "mail 550 5.7.1": 0.01,
  "mail drop": 0.015,
  "mail hang": 0.003,
  "rcpt 450": 0.06,
  "rcpt 452": 0.04,
  "rcpt 550 5.7.1": 0.02,
  "rcpt 421": 0.015,
  "rcpt drop": 0.02,
  "rcpt hang": 0.003,
  "data 451": 0.04,
  "data 554 5.7.1": 0.015,
  "data drop": 0.02,
  "body drop": 0.02,
  "body reset": 0.02,
  "body unread": 0.004,
  "dot 451": 0.04,
  "dot 554 5.6.0": 0.015,
  "dot 421": 0.01,
  "dot drop": 0.025,
  "taken, drop": 0.04,
  "taken, silence": 0.004,
  "taken, garbage": 0.025,
  "taken, half a line": 0.025,
  "taken, dripped": 0.03,
  "taken, several lines": 0.04,
  "taken, closed": 0.04,
  "rset drop": 0.1,
};

/** Everything goes wrong but the connection itself, so that nobody takes the server for away. */
const storm: Mood = {
  ...weather,
  ...{ "greeting 421": 0, "greeting 554": 0, "greeting garbage": 0, "greeting hang": 0, "greeting drop": 0 },
  ...{ "ehlo drop": 0, "mail 451": 0, "rcpt hang": 0.001, "body unread": 0.001, "taken, silence": 0.001 },
};

/** The moods that the sink is put into. */
export const moods = {
  calm: {},
  weather,
  storm,
  /** Workers hang, leases are renewed, and what waits behind is given back. */
  slow: { ...weather, "rcpt hang": 0.08, "body unread": 0.04, "taken, silence": 0.05, "taken, dripped": 0.2 },
  /** Refuses us and not the readers: issues are halted. */
  policy: { ...weather, "mail 550 5.7.1": 0.3, "rcpt 550 5.7.1": 0.5, "data 554 5.7.1": 0.5 },
  /** Hardly anybody gets as far as a mail. */
  away: { ...weather, "greeting 421": 0.2, "greeting hang": 0.1, "greeting drop": 0.2, "ehlo drop": 0.2 },
  /** Takes mails and does not say so: who is sent one twice may well be sent a third. */
  mute: { ...storm, "taken, drop": 0.25, "taken, half a line": 0.15, "taken, garbage": 0.15 },
} satisfies Readonly<Record<string, Mood>>;

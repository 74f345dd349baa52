import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";

/** Where in a submission the sink does something else than take the mail; `end` is after the final dot. */
export type Stage = "greeting" | "login" | "mail" | "recipient" | "body" | "end";

/** What it does there: gives this reply (`550 5.1.1 no such user`), ends the connection, or says nothing at all. */
export type Act = `${4 | 5}${string}` | "hang up" | "hang";

/** A mail the sink took: it answered 250. */
export interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  /** Which connection brought it. */
  readonly connection: string;
  readonly isSecure: boolean;
}

export interface Sink {
  readonly port: number;
  /** `smtp://127.0.0.1:<port>` */
  readonly url: string;
  readonly taken: readonly Taken[];
  /** Bodies that came in whole, taken or not. */
  readonly bodies: () => number;
  /** Connections that were made so far. */
  readonly connections: () => number;
  /** What happens from now on at a stage: `act`, for the first `times` that it is reached; null takes the mail. */
  on(stage: Stage, act: Act | null, times?: number): void;
  /** What happens to this recipient at RCPT. */
  refuse(recipient: string, act: Act): void;
  /** Ends every open connection, as a restart of the server would. */
  drop(): void;
  close(): Promise<void>;
}

export interface SinkOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Asks for this login. */
  readonly login?: { readonly user: string; readonly pass: string };
  /** Offers STARTTLS, with a certificate that nobody vouches for. */
  readonly startTls?: boolean;
  /** Largest mail taken, bytes. */
  readonly maxBytes?: number;
}

type Reply = (error?: Error | null) => void;

/** A real SMTP server on loopback that keeps what it takes and misbehaves where it is told to. */
export async function aSink({
  port = 0,
  login,
  startTls = false,
  maxBytes,
}: SinkOptions = {}): Promise<Sink> {
  const acts = new Map<Stage, { act: Act; left: number }>();
  const refused = new Map<string, Act>();
  const taken: Taken[] = [];
  let [bodies, connections] = [0, 0];

  const actAt = (stage: Stage): Act | null => {
    const planned = acts.get(stage);
    if (planned === undefined || planned.left === 0) return null;
    planned.left -= 1;
    return planned.act;
  };
  const hangUp = ({ id }: SMTPServerSession) => {
    for (const connection of server.connections) if (connection.id === id) connection._socket.destroy();
  };
  const play = (act: Act | null, session: SMTPServerSession, reply: Reply) => {
    if (act === null) reply();
    else if (act === "hang up") hangUp(session);
    else if (act !== "hang") {
      reply(Object.assign(new Error(act.slice(4)), { responseCode: Number(act.slice(0, 3)) }));
    }
  };
  const keep = (stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply) => {
    const { mailFrom, rcptTo } = session.envelope;
    const chunks: Buffer[] = [];
    const atBody = actAt("body");
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (atBody !== null) play(atBody, session, () => {});
    });
    stream.on("end", () => {
      if (atBody !== null) return;
      bodies += 1;
      const act = actAt("end");
      if (act === null) {
        taken.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
          connection: session.id,
          isSecure: session.secure,
        });
      }
      play(act, session, reply);
    });
  };

  const server = new SMTPServer({
    name: "sink.test",
    disableReverseLookup: true,
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: [...(startTls ? [] : ["STARTTLS"]), ...(login === undefined ? ["AUTH"] : [])],
    ...(maxBytes === undefined ? {} : { size: maxBytes }),
    onConnect: (session, reply) => {
      connections += 1;
      play(actAt("greeting"), session, reply);
    },
    onAuth: (auth, session, reply) => {
      const isRight = auth.username === login?.user && auth.password === login?.pass;
      const act = actAt("login") ?? (isRight ? null : "535 5.7.8 wrong user or password");
      play(act, session, (error) => (error ? reply(error) : reply(null, { user: auth.username })));
    },
    onMailFrom: (_address, session, reply) => play(actAt("mail"), session, reply),
    onRcptTo: ({ address }, session, reply) =>
      play(refused.get(address) ?? actAt("recipient"), session, reply),
    onData: keep,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const drop = () => {
    for (const connection of server.connections) connection._socket.destroy();
  };
  const listening = (server.server.address() as AddressInfo).port;
  return {
    port: listening,
    url: `smtp://127.0.0.1:${listening}`,
    taken,
    bodies: () => bodies,
    connections: () => connections,
    on: (stage, act, times = Number.POSITIVE_INFINITY) => {
      if (act === null) acts.delete(stage);
      else acts.set(stage, { act, left: times });
    },
    refuse: (recipient, act) => void refused.set(recipient, act),
    drop,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}

import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { listen } from "../support/server.ts";
import { aTable, type Table } from "./table.ts";

const run = promisify(execFile);

/** A Postfix of its own on loopback, with its own queue and log; the machine's, if there is one, knows nothing of it. */
export interface Postfix {
  readonly port: number;
  /** `smtp://127.0.0.1:<port>` */
  readonly url: string;
  /** What it asks at RCPT. */
  readonly recipients: Table;
  /** What it asks when a mail has come in whole, before it answers the final dot. */
  readonly bodies: Table;
  start(): Promise<void>;
  /** As the operator does. */
  stop(): Promise<void>;
  /** Ends all of its processes in the middle of whatever they do. */
  kill(): void;
  /** Resolves when its queue is empty: what it had taken is delivered. */
  idle(): Promise<void>;
  /** The mails in the mailbox of a reader, as they came, with the line ends of a mail. */
  mailsOf(reader: string): readonly Buffer[];
  log(): string;
}

/** Starts a Postfix with a mailbox for each of `readers`, whose domains are all its own. */
export async function aPostfix(readers: readonly string[]): Promise<Postfix> {
  const folder = mkdtempSync(join(tmpdir(), "postwire-postfix-"));
  const settings = join(folder, "conf");
  const stopped = stopAtTheEnd(folder, settings);
  onTestFinished(stopped);
  const [recipients, bodies, port] = [await aTable(), await aTable(), await freePort()];
  layOut(folder);
  writeFileSync(join(settings, "master.cf"), master(port));
  writeFileSync(join(settings, "main.cf"), main(folder, readers, recipients, bodies));
  writeFileSync(
    join(settings, "mailboxes"),
    readers.map((reader) => `${reader} ${mailbox(reader)}/\n`).join(""),
  );
  const command = async (...args: string[]) => void (await run("postfix", ["-c", settings, ...args]));
  const start = () => command("start");
  await start();
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    recipients,
    bodies,
    start,
    stop: () => command("stop"),
    kill: () => {
      const pid = Number(readFileSync(join(folder, "queue/pid/master.pid"), "utf8"));
      process.kill(-pid, "SIGKILL");
    },
    idle: async () => {
      for (let queue = "?"; queue !== ""; ) {
        queue = (await run("postqueue", ["-c", settings, "-j"])).stdout;
        if (queue.includes('"delay_reason"')) throw new Error(`Postfix cannot deliver: ${queue}`);
        if (queue !== "") await shortly();
      }
    },
    mailsOf: (reader) => {
      const files = join(folder, "mail", mailbox(reader), "new");
      if (!existsSync(files)) return [];
      return readdirSync(files).map((name) => onTheWire(readFileSync(join(files, name))));
    },
    log: () => readFileSync(join(folder, "mail.log"), "utf8"),
  };
}

/** Why no Postfix can be started here; null where one can. */
export function whyNoPostfix(): string | null {
  if (process.getuid?.() !== 0) return "only root can start one";
  try {
    execFileSync("postconf", ["-d", "mail_version"], { stdio: "ignore" });
    return null;
  } catch {
    return "it is not installed";
  }
}

/** Somebody who outlives this process: Postfix is stopped and its folder removed however this process ends. */
function stopAtTheEnd(folder: string, settings: string): () => Promise<void> {
  const keeper = spawn("sh", ["-c", 'cat; postfix -c "$0" stop; rm -rf "$1"', settings, folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  return async () => {
    keeper.stdin?.end();
    await once(keeper, "close");
  };
}

const nobody = 65_534;

function layOut(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of ["conf", "queue", "data", "mail"]) mkdirSync(join(folder, name));
  // Its own from the start: after a kill Postfix mends its queue as this user, and says so in the log.
  writeFileSync(join(folder, "mail.log"), "");
  execFileSync("chown", ["postfix", join(folder, "data"), join(folder, "mail.log")]);
  chownSync(join(folder, "mail"), nobody, nobody);
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

/** It takes mail for its own domains and asks nobody on the network about anything. */
function main(folder: string, readers: readonly string[], recipients: Table, bodies: Table): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
myhostname = mx.postfix.example
inet_interfaces = loopback-only
inet_protocols = ipv4
smtpd_peername_lookup = no
mydestination =
alias_maps =
local_recipient_maps =
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
virtual_mailbox_domains = ${[...new Set(readers.map((reader) => reader.split("@")[1]))].join(" ")}
virtual_mailbox_base = ${folder}/mail
virtual_mailbox_maps = texthash:${folder}/conf/mailboxes
virtual_uid_maps = static:${nobody}
virtual_gid_maps = static:${nobody}
smtpd_error_sleep_time = 0
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access ${recipients.name}
smtpd_end_of_data_restrictions = check_recipient_access ${bodies.name}
`;
}

/** The services it needs, none in a chroot. There is none that sends mail away. */
function master(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
showq unix n - n - - showq
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;
}

function mailbox(reader: string): string {
  const [name, domain] = reader.split("@");
  return `${domain}/${name}`;
}

/** A Maildir has the line ends of the machine. */
function onTheWire(mail: Buffer): Buffer {
  return Buffer.from(mail.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1");
}

function shortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import { onTestFinished } from "vitest";
import { type App, openApp } from "../../src/app.ts";
import type { Clock, Instant } from "../../src/base/clock.ts";
import type { Log } from "../../src/base/log.ts";
import { understand } from "../../src/config/load.ts";
import { readingShape } from "../../src/extract/shape.ts";
import { listen } from "../../src/web/server.ts";
import type { Taken } from "./sink.ts";
import { aFolder } from "./store.ts";

/** A whole house on a clock that stands still until it is set, with its web really listening. */
export interface House {
  readonly app: App;
  readonly folder: string;
  /** Where its web really listens, `http://127.0.0.1:<port>`. */
  readonly address: string;
  /** Asks the web as a browser or a feed reader would; a full address of the site is asked for at the real port. */
  ask(address: string, init?: RequestInit): Promise<Response>;
  post(address: string, form: Readonly<Record<string, string>>): Promise<Response>;
  setClock(iso: string): void;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Opens a house for `yaml` (without `data` and `web`); `SMTP_URL` and the like come from `env`. */
export async function aHouse(
  yaml: string,
  startsAt: string,
  env: Readonly<Record<string, string>>,
): Promise<House> {
  const folder = aFolder();
  const text = `${yaml}\ndata: ${folder}\nweb: { listen: "127.0.0.1:0" }\n`;
  const config = understand(
    text,
    join(folder, "postwire.yaml"),
    { POSTWIRE_SECRET: "a secret for one test only", ...env },
    readingShape,
  );
  let now: Instant = Date.parse(startsAt);
  const clock: Clock = { now: () => now };
  const app = await openApp(config, silent, clock);
  const web = await listen(app);
  onTestFinished(async () => {
    await web.close();
    await app.close();
  });
  const at = (address: string) =>
    new URL(address.startsWith("http") ? new URL(address).pathname : address, web.address).href;
  return {
    app,
    folder,
    address: web.address,
    ask: (address, init) => fetch(at(address), { redirect: "manual", ...init }),
    post: (address, form) =>
      fetch(at(address), { method: "POST", redirect: "manual", body: new URLSearchParams(form) }),
    setClock: (iso) => {
      now = Date.parse(iso);
    },
  };
}

/** A mail as its reader has it. */
export interface Read {
  readonly to: string;
  readonly email: Email;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  header(name: string): string | undefined;
  /** The first address in the text part that begins with our site and `path`. */
  link(path: string): string;
}

/** Reads what an SMTP sink took. */
export async function read(taken: Pick<Taken, "to" | "raw">): Promise<Read> {
  const email = await PostalMime.parse(taken.raw);
  const text = email.text ?? "";
  return {
    to: taken.to[0] ?? "",
    email,
    subject: email.subject ?? "",
    text,
    html: email.html ?? "",
    header: (name) => email.headers.find(({ key }) => key === name.toLowerCase())?.value,
    link: (path) => {
      const found = text
        .match(/https?:\/\/\S+/g)
        ?.find((address) => new URL(address).pathname.startsWith(path));
      if (found === undefined) throw new Error(`no link to ${path} in: ${text}`);
      return found;
    },
  };
}

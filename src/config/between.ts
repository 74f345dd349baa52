import { isIP } from "node:net";
import { parsedUrl } from "../base/url.ts";
import type { Fault } from "./faults.ts";
import { trialFaults } from "./trials.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The secrets, from the environment only. */
export interface Secrets {
  readonly smtpUrl: string | null;
  readonly secret: string | null;
  readonly adminPassword: string | null;
}

/** What other keys depend on, read from the file before anybody knows whether it is right. */
export interface Loose {
  readonly transport: unknown;
  readonly from: unknown;
  readonly siteUrl: unknown;
  readonly sources: readonly { readonly id: unknown; readonly headers: Readonly<Record<string, unknown>> }[];
}

/** Reads what `faultsBetween` looks at, whatever else the file is like. */
export function looselyRead(raw: unknown): Loose {
  const group = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  const { mail, site, sources } = group(raw);
  return {
    transport: group(mail).transport,
    from: group(mail).from,
    siteUrl: group(site).url,
    sources: (Array.isArray(sources) ? sources : []).map((source) => {
      const { id, headers } = group(source);
      return { id, headers: group(headers) };
    }),
  };
}

/** What is wrong between keys and the environment, each right by itself. */
export function faultsBetween(loose: Loose, secrets: Secrets, env: Environment): readonly Fault[] {
  return [
    ...idFaults(loose),
    ...headerFaults(loose, env),
    ...mailFaults(loose, secrets),
    ...trialFaults(env, loose.transport !== "smtp" || isLoopback(secrets.smtpUrl)),
    ...secretFaults(secrets),
  ];
}

function idFaults({ sources }: Loose): readonly Fault[] {
  const seen = new Map<unknown, number>();
  return sources.flatMap(({ id }, n) => {
    const before = seen.get(id);
    if (before === undefined) seen.set(id, n);
    if (id === undefined || before === undefined) return [];
    return [{ key: `sources[${n}].id`, message: `"${id}" is taken by sources[${before}]; ids are unique.` }];
  });
}

const reference = /\$\{(\w+)\}/g;

function headerFaults({ sources }: Loose, env: Environment): readonly Fault[] {
  return sources.flatMap(({ headers }, n) =>
    Object.entries(headers).flatMap(([name, value]) =>
      [...String(value).matchAll(reference)]
        .map(([, variable = ""]) => variable)
        .filter((variable) => env[variable] === undefined || /[\r\n\0]/.test(env[variable] ?? ""))
        .map((variable) => ({
          key: `sources[${n}].headers.${name}`,
          message: `wants ${variable} from the environment; set it in .env.`,
        })),
    ),
  );
}

/** Header values with `${NAME}` replaced from the environment. */
export function headersOf(
  headers: Readonly<Record<string, string>>,
  env: Environment,
): Readonly<Record<string, string>> {
  const filled = (value: string) => value.replace(reference, (_, variable: string) => env[variable] ?? "");
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value)]));
}

function mailFaults({ transport, from, siteUrl }: Loose, { smtpUrl }: Secrets): readonly Fault[] {
  if (transport !== "smtp") return [];
  const faults: Fault[] = [];
  if (smtpUrl === null) {
    const mend = "Put SMTP_URL=smtps://name:password@host into .env, or choose folder.";
    faults.push({ key: "mail.transport", message: `is smtp, but SMTP_URL is not set. ${mend}` });
  } else if (!/^smtps?:$/.test(parsedUrl(smtpUrl)?.protocol ?? "")) {
    faults.push({
      key: "SMTP_URL",
      message: "is no address of a mail server; write smtps://name:password@mail.example.org.",
    });
  }
  const host = typeof siteUrl === "string" ? parsedUrl(siteUrl)?.hostname : undefined;
  if (from === undefined && host !== undefined && !isMailDomain(host)) {
    faults.push({
      key: "mail.from",
      message:
        'is missing, and the site has no name to send from; write "Weekly Notes <digest@example.org>".',
    });
  }
  return faults;
}

function isMailDomain(hostname: string): boolean {
  return hostname.includes(".") && isIP(hostname.replace(/^\[|\]$/g, "")) === 0;
}

function secretFaults({ secret }: Secrets): readonly Fault[] {
  if (secret === null || secret.length >= 16) return [];
  return [
    {
      key: "POSTWIRE_SECRET",
      message: "is too short; at least 16 characters. Make one: openssl rand -hex 32.",
    },
  ];
}

function isLoopback(smtpUrl: string | null): boolean {
  const host = parsedUrl(smtpUrl ?? "")?.hostname.replace(/^\[|\]$/g, "") ?? "";
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

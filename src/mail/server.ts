import { AppError } from "../base/errors.ts";
import { parsedUrl } from "../base/url.ts";

/** A mail server as `SMTP_URL` names it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`, or port 465). */
  readonly isSecure: boolean;
  /** STARTTLS or nothing: credentials never cross a network in the clear. */
  readonly needsTls: boolean;
  /** On this very machine: no one is in between, so its certificate may be its own. */
  readonly isLoopback: boolean;
  readonly login: { readonly user: string; readonly pass: string } | null;
  /** What we call ourselves in EHLO; null for the machine's name. */
  readonly name: string | null;
}

/**
 * Reads `smtp[s]://[user:password@]host[:port][?name=ehlo-name]`. Throws `AppError("config")` for anything else,
 * without repeating it: it may hold a password.
 */
export function parseSmtpUrl(written: string): MailServer {
  const url = parsedUrl(written.trim());
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "") throw noServer();
  const stray = [...url.searchParams.keys()].find((key) => key !== "name");
  if (stray !== undefined || url.pathname.length > 1 || url.hash !== "") {
    throw noServer(stray === undefined ? undefined : `it has an unknown parameter "${stray}"`);
  }
  const host = decoded(url.hostname).replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "smtps:" || url.port === "465";
  const isLoopback = host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
  const login = loginOf(decoded(url.username), decoded(url.password));
  return {
    host,
    port: url.port === "" ? (isSecure ? 465 : 587) : Number(url.port),
    isSecure,
    needsTls: !isSecure && login !== null && !isLoopback,
    isLoopback,
    login,
    name: url.searchParams.get("name"),
  };
}

function loginOf(user: string, pass: string): MailServer["login"] {
  if (user === "" && pass === "") return null;
  if (user === "" || pass === "") throw noServer("it has a user or a password, but not both");
  return { user, pass };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw noServer("it has a % that encodes nothing");
  }
}

function noServer(why = "it is no address of a mail server"): AppError {
  return new AppError("config", `SMTP_URL: ${why}.`, {
    hint: "Write smtp://user:password@mail.example.org:587, or smtps: for port 465. Percent-encode @ : / # ? % in the password.",
  });
}

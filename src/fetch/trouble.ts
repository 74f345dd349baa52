import { errnoOf } from "../base/errors.ts";
import type { FetchOutcome, FetchTrouble } from "../domain/page.ts";

/** A look that failed, with its sentence for the operator. */
export type Trouble = Extract<FetchOutcome, { kind: "trouble" }>;

/** Makes a `Trouble`. */
export function trouble(kind: FetchTrouble, message: string): Trouble {
  return { kind: "trouble", trouble: kind, message };
}

/** An error that carries a trouble through streams and callbacks; `troubleOf` gets it back out. */
export function stopped(kind: FetchTrouble, message: string): Error {
  return new Error(message, { cause: trouble(kind, message) });
}

/** What is wrong with a certificate, by Node's error code. */
const certificates: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet",
  CERT_REVOKED: "was revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "is signed by nobody but itself",
  SELF_SIGNED_CERT_IN_CHAIN: "is signed by an authority of its own",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "comes without the certificates that vouch for it",
  UNABLE_TO_GET_ISSUER_CERT: "comes without the certificates that vouch for it",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "is signed by an authority that is not trusted here",
  ERR_TLS_CERT_ALTNAME_INVALID: "is for another host",
};

/**
 * What a rejection of the network stack means, or null when it is none of the weather but a bug. `host` is the
 * one that was being asked.
 */
export function troubleOf(thrown: unknown, host: string): Trouble | null {
  if (!(thrown instanceof Error)) return null;
  if (isTrouble(thrown.cause)) return thrown.cause;
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return troubleOf(thrown.errors[0], host);
  // undici's parser errors come with a code only now and then.
  const code = errnoOf(thrown) ?? (thrown.name === "HTTPParserError" ? "HPE_INVALID" : null);
  return code === null ? null : (ofConnection(code, host) ?? ofAnswer(code, thrown.message, host));
}

function isTrouble(cause: unknown): cause is Trouble {
  return typeof cause === "object" && cause !== null && "kind" in cause && cause.kind === "trouble";
}

function ofConnection(code: string, host: string): Trouble | null {
  const certificate = certificates[code];
  if (certificate !== undefined) return trouble("tls", `The certificate of ${host} ${certificate}.`);
  if (code === "EPROTO" || code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS")) {
    return trouble("tls", `${host} does not speak TLS as it should (${code}).`);
  }
  if (/^(?:CERT|CRL|INVALID|HOSTNAME|UNABLE|PATH)_/.test(code)) {
    return trouble("tls", `The certificate of ${host} is not valid (${code}).`);
  }
  switch (code) {
    case "ENOTFOUND":
    case "ENODATA":
      return trouble("dns", `No such host: ${host}.`);
    case "EAI_AGAIN":
    case "ETIMEOUT":
      return trouble("dns", `The name server did not answer when asked for ${host}.`);
    case "ECONNREFUSED":
      return trouble("connect", `${host} refused the connection.`);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
      return trouble("connect", `There is no way to ${host} from here (${code}).`);
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return trouble("timeout", `${host} did not take the connection in time.`);
    default:
      return code.startsWith("EAI_") || code === "ESERVFAIL"
        ? trouble("dns", `The name ${host} could not be looked up (${code}).`)
        : null;
  }
}

function ofAnswer(code: string, message: string, host: string): Trouble | null {
  if (code === "UND_ERR_HEADERS_OVERFLOW" || code === "HPE_HEADER_OVERFLOW") {
    return trouble("too-large", `The headers ${host} sends are too large.`);
  }
  if (code === "UND_ERR_INVALID_ARG") {
    return trouble("protocol", `The headers configured for this source cannot be sent (${message}).`);
  }
  if (
    code === "ECONNRESET" ||
    code === "EPIPE" ||
    (code === "UND_ERR_SOCKET" && message !== "bad response")
  ) {
    return trouble("connect", `${host} closed the connection without an answer.`);
  }
  // undici asserts that nobody answers 101 who was not asked to.
  if (code === "ERR_ASSERTION") {
    return trouble("protocol", `${host} switches to another protocol, which was not asked for.`);
  }
  if (code.startsWith("HPE_") || code.startsWith("UND_ERR_")) {
    return trouble("protocol", `What ${host} answers is not HTTP as it should be: ${message}.`);
  }
  return /^E[A-Z0-9]+$/.test(code)
    ? trouble("connect", `The connection to ${host} did not come about (${code}).`)
    : null;
}

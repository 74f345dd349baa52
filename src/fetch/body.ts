import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { errnoOf } from "../base/errors.ts";
import { visible } from "../base/text.ts";
import type { Limits } from "./limits.ts";
import { stopped } from "./trouble.ts";

/** What the headers say about a body. */
export interface BodyFacts {
  /** `Content-Encoding` as sent, or null. */
  readonly encoding: string | null;
  /** `Content-Length` in bytes, or null; nothing is believed of it but that it is too large. */
  readonly length: number | null;
}

/** What the reading of one body shares: how far it is, and how far it may go. */
interface Meter {
  wire: number;
  decoded: number;
  readonly limits: Limits;
}

/**
 * The body, decompressed: at most one layer of gzip or Brotli, never more than the limits allow in memory. What
 * breaks a limit, or does not arrive whole, rejects with an error that carries its trouble. `stop` is called
 * when the body comes too slowly, and is to end the whole look.
 */
export async function readBody(
  body: Readable,
  facts: BodyFacts,
  limits: Limits,
  stop: (reason: Error) => void,
): Promise<Buffer> {
  if (facts.length !== null && facts.length > limits.maxBytes) throw tooLarge(limits);
  const decoder = decoderFor(facts.encoding);
  const meter: Meter = { wire: 0, decoded: 0, limits };
  const watch = watchSpeed(meter, stop);
  try {
    const bytes = await collect(body, decoder, meter);
    if (isGzip(bytes)) {
      if (decoder !== null) throw stopped("encoding", "The answer is compressed twice.");
      return await collect(Readable.from([bytes]), createGunzip(), { wire: 0, decoded: 0, limits });
    }
    return bytes;
  } catch (error) {
    throw asTrouble(error);
  } finally {
    clearInterval(watch);
  }
}

function decoderFor(encoding: string | null): Transform | null {
  const layers = (encoding ?? "")
    .toLowerCase()
    .split(",")
    .map((layer) => layer.trim())
    .filter((layer) => layer !== "" && layer !== "identity");
  const [layer] = layers;
  if (layer === undefined) return null;
  if (layers.length > 1) throw stopped("encoding", "The answer is compressed more than once.");
  if (layer === "gzip" || layer === "x-gzip") return createGunzip();
  if (layer === "br") return createBrotliDecompress();
  throw stopped(
    "encoding",
    `The answer is compressed as "${visible(layer).slice(0, 40)}", which was not asked for.`,
  );
}

async function collect(source: Readable, decoder: Transform | null, meter: Meter): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const incoming = async function* (wire: AsyncIterable<Buffer>) {
    for await (const chunk of wire) {
      meter.wire += chunk.length;
      if (meter.wire > meter.limits.maxBytes) throw tooLarge(meter.limits);
      yield chunk;
    }
  };
  const outgoing = async (decoded: AsyncIterable<Buffer>) => {
    for await (const chunk of decoded) {
      meter.decoded += chunk.length;
      refuseExcess(meter);
      chunks.push(chunk);
    }
  };
  if (decoder === null) await pipeline(source, incoming, outgoing);
  else await pipeline(source, incoming, decoder, outgoing);
  return Buffer.concat(chunks);
}

function refuseExcess({ wire, decoded, limits }: Meter): void {
  if (decoded > limits.maxBytes) throw tooLarge(limits);
  if (decoded > limits.ratioFreeBytes && decoded > wire * limits.maxRatio) {
    throw stopped(
      "too-large",
      `The answer unpacks to more than ${limits.maxRatio} times its size; it was left unread.`,
    );
  }
}

function tooLarge({ maxBytes }: Limits): Error {
  const size =
    maxBytes < 1_024 * 1_024
      ? `${Math.round(maxBytes / 1_024)} KB`
      : `${Math.round(maxBytes / (1_024 * 1_024))} MB`;
  return stopped("too-large", `The answer is larger than ${size}; it was left unread.`);
}

/** Counts its own ticks: whoever blocks the event loop blocks them too, and is not mistaken for a slow server. */
function watchSpeed(meter: Meter, stop: (reason: Error) => void): NodeJS.Timeout {
  const { slowAfterMs, slowestBytesPerSecond } = meter.limits;
  const tickMs = Math.max(10, slowAfterMs / 10);
  let elapsedMs = 0;
  return setInterval(() => {
    elapsedMs += tickMs;
    if (elapsedMs >= slowAfterMs && meter.wire * 1_000 < elapsedMs * slowestBytesPerSecond) {
      stop(stopped("timeout", `The server sends less than ${slowestBytesPerSecond} bytes a second.`));
    }
  }, tickMs);
}

/** The magic number and the only method of RFC 1952 §2.3.1. */
function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

function asTrouble(error: unknown): unknown {
  const code = errnoOf(error) ?? "";
  if (code === "Z_BUF_ERROR") return stopped("encoding", "The compressed answer ends in the middle.");
  if (/^Z_|^ERR__|^ERR_BROTLI/.test(code)) {
    return stopped("encoding", "The answer is not compressed in the way its headers say.");
  }
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") {
    return stopped("protocol", "The answer is not as long as the server said.");
  }
  if (/^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_INVALID_EOF_STATE)$/.test(code)) {
    return stopped("protocol", "The server closed the connection in the middle of the answer.");
  }
  return error;
}

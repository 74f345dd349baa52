/** How much of our patience and memory one look may take. */
export interface Limits {
  /** Name look-up, TCP and TLS together. */
  readonly connectMs: number;
  /** From the connection to the first byte of the answer. */
  readonly firstByteMs: number;
  /** The whole look, every redirect included. */
  readonly wholeMs: number;
  /** A body that has not arrived after this long must have come at `slowestBytesPerSecond` or faster. */
  readonly slowAfterMs: number;
  readonly slowestBytesPerSecond: number;
  /** The body, on the wire and decompressed alike. */
  readonly maxBytes: number;
  /** How many times larger than on the wire a body may be, once it is past `ratioFreeBytes`. */
  readonly maxRatio: number;
  readonly ratioFreeBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxRedirects: number;
}

/** The limits in force unless others are given. */
export const standardLimits: Limits = {
  connectMs: 5_000,
  firstByteMs: 10_000,
  wholeMs: 30_000,
  slowAfterMs: 10_000,
  slowestBytesPerSecond: 1_024,
  maxBytes: 8 * 1_024 * 1_024,
  maxRatio: 200,
  ratioFreeBytes: 1_024 * 1_024,
  maxHeaderBytes: 32 * 1_024,
  maxRedirects: 5,
};

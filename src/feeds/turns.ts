/** Runs work one after the other, in the order it was given. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A queue of its own. */
export function queue(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

/** Bytes, where they are to lie, and what came of it. */
export interface Put {
  readonly place: string;
  readonly bytes: Buffer;
}
export type Result = "written" | "unchanged";
type PutAll = (files: readonly Put[]) => Promise<readonly Result[]>;

/** What is to be put while the disk is busy with something else is put together, but for two versions of one file. */
export function together(inTurn: InTurn, putAll: PutAll): PutAll {
  interface Batch {
    readonly files: Put[];
    results: Promise<readonly Result[]>;
  }
  let waiting: Batch | null = null;
  const begin = (): Batch => {
    const batch: Batch = { files: [], results: Promise.resolve([]) };
    batch.results = inTurn(() => {
      if (waiting === batch) waiting = null;
      return putAll(batch.files);
    });
    return batch;
  };
  return async (files) => {
    const places = new Set(files.map(({ place }) => place));
    const isFree = waiting?.files.every(({ place }) => !places.has(place)) ?? false;
    const batch: Batch = waiting !== null && isFree ? waiting : begin();
    waiting = batch;
    const from = batch.files.length;
    batch.files.push(...files);
    return (await batch.results).slice(from, from + files.length);
  };
}

/** All of them, once each has come to an end; the first failure, if there is one. */
export async function whole<T extends readonly unknown[] | []>(
  all: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(all);
  const results = settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
  return results as { -readonly [K in keyof T]: Awaited<T[K]> };
}

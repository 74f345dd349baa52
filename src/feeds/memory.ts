import { digestOf } from "../base/text.ts";
import type { ShownPost } from "../domain/post.ts";

/** Things in memory, of a certain size in all: the one that was not asked for longest goes first. */
export interface Memory<T> {
  get(key: string): T | null;
  keep(key: string, thing: T, size: number): void;
  drop(key: string): void;
}

/** A memory of `mostSize`; one of 0 keeps nothing. */
export function memoryOf<T>(mostSize: number): Memory<T> {
  const things = new Map<string, { readonly thing: T; readonly size: number }>();
  let whole = 0;
  const drop = (key: string): void => {
    whole -= things.get(key)?.size ?? 0;
    things.delete(key);
  };
  return {
    drop,
    get: (key) => {
      const kept = things.get(key);
      if (kept === undefined) return null;
      things.delete(key);
      things.set(key, kept);
      return kept.thing;
    },
    keep: (key, thing, size) => {
      drop(key);
      if (size > mostSize) return;
      things.set(key, { thing, size });
      whole += size;
      for (const oldest of things.keys()) {
        if (whole <= mostSize) break;
        drop(oldest);
      }
    },
  };
}

const keys = new WeakMap<ShownPost, string>();

/** What everything that is made of this post goes by: another one as soon as anything of it is otherwise. */
export function keyOfPost(post: ShownPost): string {
  const key = keys.get(post) ?? digestOf(JSON.stringify(post));
  keys.set(post, key);
  return key;
}

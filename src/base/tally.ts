/** How often things happened since the start of the process, by name and kind. */
export interface Tally {
  add(name: string, kind: string): void;
  /** Every kind of `name` with its count. */
  of(name: string): ReadonlyMap<string, number>;
}

export function tally(): Tally {
  const counts = new Map<string, Map<string, number>>();
  return {
    add: (name, kind) => {
      const kinds = counts.get(name) ?? new Map<string, number>();
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      counts.set(name, kinds);
    },
    of: (name) => counts.get(name) ?? new Map(),
  };
}

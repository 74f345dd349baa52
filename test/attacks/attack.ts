import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Trap } from "./trap.ts";
import { deliveryTraps } from "./traps/delivery.ts";
import { feedTraps } from "./traps/feeds.ts";
import { packedTraps } from "./traps/packed.ts";
import { pageTraps } from "./traps/pages.ts";

/** Every trap there is. */
export const traps: readonly Trap[] = [...packedTraps, ...deliveryTraps, ...feedTraps, ...pageTraps];

/** Somebody who has set all traps. */
export interface Attacker {
  /** The address of a trap's source. */
  addressOf(trap: Trap): string;
  leave(): Promise<void>;
}

/** Sets every trap, in a process of its own; `canary` is an address that none of them may make us ask. */
export async function anAttacker(canary: string): Promise<Attacker> {
  const child = fork(fileURLToPath(new URL("./attacker.ts", import.meta.url)), [canary], {
    execArgv: ["--import", "tsx"],
  });
  const [ports] = (await once(child, "message")) as [readonly (readonly [string, number])[]];
  const portOf = new Map(ports);
  return {
    addressOf: ({ name, path = "/" }) => `http://127.0.0.1:${portOf.get(name)}${path}`,
    leave: async () => {
      const left = once(child, "exit");
      child.disconnect();
      await left;
    },
  };
}

import { AppError } from "../base/errors.ts";
import type { FaultPoint } from "../config/trials.ts";

type Verb = (...given: readonly unknown[]) => unknown;

/**
 * The port as it is, but that the process kills itself at this point, as a power cut would: nothing is flushed, closed
 * or told. `ports` are what has the verbs; throws `AppError("config")` when none has this one.
 */
export function dyingAt<T extends readonly (object | null)[]>({ verb, when, call }: FaultPoint, ports: T): T {
  if (!ports.some((port) => port !== null && verb in port)) {
    throw new AppError("config", `POSTWIRE_FAULT: there is no step called "${verb}".`, {
      hint: "It is a verb of src/domain/store.ts, or send.",
    });
  }
  let calls = 0;
  const deadly =
    (step: Verb): Verb =>
    async (...given) => {
      calls += 1;
      const isThisOne = calls === call;
      if (isThisOne && when === "before") await dead();
      const result = await step(...given);
      if (isThisOne) await dead();
      return result;
    };
  return ports.map((port) =>
    port !== null && verb in port
      ? { ...port, [verb]: deadly((port as Readonly<Record<string, Verb>>)[verb] as Verb) }
      : port,
  ) as unknown as T;
}

function dead(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}

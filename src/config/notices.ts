import type { Config } from "./load.ts";

/** Keys that are set but do nothing yet, each as a sentence: nobody should rely on what is not there. */
export function notices({ polling, mail, alerts }: Config): readonly string[] {
  const unused: readonly (readonly [string, boolean])[] = [
    ["polling.proxy", polling.proxy !== null],
    ["mail.dkim", mail?.dkim !== undefined],
    ["mail.bounceAddress", (mail?.bounceAddress ?? null) !== null],
    ["mail.inbox", (mail?.inbox ?? null) !== null],
    ["alerts.email", alerts.email !== null],
  ];
  return unused.filter(([, isSet]) => isSet).map(([key]) => `${key} is understood but does nothing yet.`);
}

import type { Config } from "./load.ts";

/** What is not wrong, but not as it looks either: keys that do nothing yet, mail that cannot be signed. */
export function notices({ mail, secrets }: Config): readonly string[] {
  const unused: readonly (readonly [string, boolean])[] = [
    ["mail.bounceAddress", (mail?.bounceAddress ?? null) !== null],
    ["mail.inbox", (mail?.inbox ?? null) !== null],
  ];
  const idle = unused
    .filter(([, isSet]) => isSet)
    .map(([key]) => `${key} is understood but does nothing yet.`);
  const isUnsigned = mail !== null && secrets.secret === null;
  return isUnsigned
    ? [
        ...idle,
        "POSTWIRE_SECRET is not set: nothing can be mailed until it is (openssl rand -hex 32 makes one).",
      ]
    : idle;
}

import { isIP } from "node:net";
import { z } from "zod";
import { isZone, parseDuration } from "../base/clock.ts";
import { safeHttpUrl } from "../base/url.ts";
import { isLanguage } from "../base/words.ts";
import { parseRule } from "../domain/issue.ts";
import type { Reading } from "../domain/page.ts";
import { parseEmail } from "../domain/subscriber.ts";

/** A text that `read` understands, or the sentence `wanted`. */
function written<T>(read: (text: string) => T | null, wanted: string) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== null) return value;
    context.issues.push({ code: "custom", message: `"${text}" ${wanted}`, input: text });
    return z.NEVER;
  });
}

const duration = written(parseDuration, "is no duration; write 30s, 15m, 6h, 2d or 1y.");
const timeout = duration.refine((ms) => ms >= 100, "is too short; at least 100ms.");
const httpUrl = written(
  (text) => safeHttpUrl(text),
  "is no http(s) address; write it in full, https://example.org/blog.",
);
const siteUrl = httpUrl.refine(
  (url) => !url.includes("["),
  "has an IPv6 address; mails need a name, or an IPv4 address.",
);
const zone = written(
  (text) => (isZone(text) ? text : null),
  "is no time zone; write it as in Asia/Shanghai or Europe/Berlin.",
);
const language = written(
  (text) => (isLanguage(text) ? text : null),
  "is no language tag; write it as in en, zh or pt-BR.",
);
const email = written(parseEmail, "is no e-mail address.");
const rule = written(parseRule, 'is no schedule; write a weekday and a time, "Mon 08:00".');
const rate = z.union([
  z.literal("none").transform(() => null),
  written((text) => {
    const match = /^(\d+)\/(s|m|h)$/.exec(text);
    const per = { s: 1, m: 60, h: 3600 }[match?.[2] ?? ""];
    return match && per && Number(match[1]) > 0 ? Number(match[1]) / per : null;
  }, "is no rate; write 10/s, 300/m, 5000/h or none."),
]);
const listen = written((text) => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:\s]*)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  return match && port <= 65_535 ? { host: match[1] ?? (match[2] || "0.0.0.0"), port } : null;
}, "is no address to listen on; write host:port, 127.0.0.1:8080.");
const mailbox = written((text) => {
  const match = /^(?:(.*?)\s*<([^<>]+)>|([^<>\s]+))$/.exec(text.trim());
  const address = parseEmail(match?.[2] ?? match?.[3] ?? "");
  return match && address ? { name: (match[1] ?? "").replace(/^"|"$/g, ""), address } : null;
}, 'is no sender; write "Weekly Notes <digest@example.org>".');

const count = (least: number, most: number) => z.number().int().min(least).max(most);
const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "is no id; use lower-case letters, digits, - and _ (64 at most).");
const allowPrivate = z.union([
  z.boolean(),
  z.array(written((text) => (isCidr(text) ? text : null), "is no CIDR; write 10.0.0.0/8.")),
]);

const source = (reading: z.ZodType<Reading>) =>
  z.strictObject({
    id,
    name: z.string().min(1).optional(),
    url: httpUrl,
    category: z.string().min(1).optional(),
    read: reading.default({ kind: "auto" }),
    pages: count(1, 50).default(1),
    zone: zone.optional(),
    every: duration.optional(),
    enabled: z.boolean().default(true),
    backfill: z.enum(["none", "recent", "all"]).default("recent"),
    headers: z
      .record(
        z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "is no header name."),
        z.string().regex(/^[^\r\n\0]*$/),
      )
      .default({}),
    keep: z.array(z.string().min(1)).default([]),
    drop: z.array(z.string().min(1)).default([]),
  });

const mail = z.strictObject({
  transport: z.enum(["smtp", "folder"]),
  from: mailbox.optional(),
  rate: rate.default(10),
  connections: count(1, 64).default(4),
  perDomain: count(1, 64).default(5),
  lease: duration.refine((ms) => ms >= 1_000, "is too short; at least 1s.").default(30_000),
  resendUnknownAfter: duration.default(900_000),
  bounceAddress: z
    .string()
    .regex(
      /^[^\s<>@]*\{token\}[^\s<>@]*@[^\s<>@]+$/,
      'wants {token} in its first part: "b+{token}@example.org".',
    )
    .nullable()
    .default(null),
  inbox: z.string().nullable().default(null),
  timeouts: z
    .strictObject({
      connect: timeout.prefault("30s"),
      reply: timeout.prefault("2m"),
      afterDot: timeout.prefault("10m"),
    })
    .prefault({}),
  dkim: z
    .strictObject({ domain: z.string().min(1), selector: z.string().min(1), keyFile: z.string().min(1) })
    .optional(),
});

/**
 * The shape of `postwire.yaml`, one schema for everything in it; `reading` is the shape of a source's `read`, which
 * the extractors give. Unknown keys are refused.
 */
export function configShape(reading: z.ZodType<Reading>) {
  return z.strictObject({
    site: z.strictObject({
      title: z.string().min(1),
      url: siteUrl,
      language: language.default("en"),
      timeZone: zone.default("UTC"),
      author: z.string().min(1).optional(),
      imprint: z.string().default(""),
    }),
    data: z.string().min(1).default("./data"),
    web: z
      .strictObject({ listen: listen.prefault("127.0.0.1:8080"), trustProxy: z.boolean().default(false) })
      .prefault({}),
    polling: z
      .strictObject({
        every: duration.prefault("6h"),
        concurrency: count(1, 256).default(16),
        hostGap: duration.prefault("2s"),
        robots: z.enum(["obey", "ignore"]).default("obey"),
        userAgent: z
          .string()
          .min(1)
          .regex(/^[\x20-\x7e]+$/, "may only have plain ASCII characters.")
          .optional(),
        proxy: httpUrl.nullable().default(null),
        allowPrivateAddresses: allowPrivate.default(false),
      })
      .prefault({}),
    sources: z.array(source(reading)).default([]),
    categories: z
      .strictObject({
        order: z.array(z.string()).default([]),
        rename: z.record(z.string(), z.string().min(1)).default({}),
      })
      .prefault({}),
    digest: z
      .strictObject({
        at: rule.prefault("Mon 08:00"),
        title: z.string().min(1).optional(),
        maxPosts: count(1, 500).default(60),
        onUnknown: z.enum(["resend", "hold"]).default("resend"),
        approve: z.enum(["auto", "manual"]).default("auto"),
        maxAge: duration.prefault("72h"),
      })
      .prefault({}),
    mail: mail.optional(),
    subscribe: z
      .strictObject({
        open: z.boolean().default(true),
        perNetworkPerHour: count(1, 1e6).default(20),
        perHour: count(1, 1e6).default(500),
      })
      .prefault({}),
    feeds: z
      .strictObject({ posts: count(1, 1000).default(100), hub: httpUrl.nullable().default(null) })
      .prefault({}),
    alerts: z.strictObject({ email: email.nullable().default(null) }).prefault({}),
    retention: z.strictObject({ posts: duration.prefault("2y") }).prefault({}),
  });
}

/** `postwire.yaml` as understood, with every default in place. */
export type Shaped = z.output<ReturnType<typeof configShape>>;

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...rest] = text.split("/");
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

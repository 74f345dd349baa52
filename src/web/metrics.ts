import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Registry } from "prom-client";
import { second } from "../base/clock.ts";
import type { Health } from "../domain/records.ts";
import { opens } from "./admin/door.ts";
import { networkAt } from "./network.ts";
import type { Caller, WebNeeds } from "./visit.ts";

const delay = monitorEventLoopDelay({ resolution: 20 });
delay.enable();

/**
 * `/metrics` in the text format of Prometheus, made anew each time: for who asks from this very machine, with no proxy
 * in between, and for who brings the admin password (as Basic, or as a bearer token).
 */
export async function metrics(c: Caller): Promise<Response> {
  const { app } = c.get("visit");
  c.header("Cache-Control", "no-store");
  if (!isLocal(c) && !hasPassword(c, app.config.secrets.adminPassword)) {
    c.header("WWW-Authenticate", 'Basic realm="Postwire", charset="UTF-8"');
    return c.text("metrics are for this machine, or with the admin password\n", 401);
  }
  const registry = registryOf(app, await app.store.health(app.clock.now()));
  return c.body(await registry.metrics(), 200, { "Content-Type": registry.contentType });
}

const forwarded = ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"];

function isLocal(c: Caller): boolean {
  const peer = networkAt(c.env?.incoming?.socket?.remoteAddress ?? "") ?? "";
  const isLoopback = peer.startsWith("127.") || c.env?.incoming?.socket?.remoteAddress === "::1";
  return isLoopback && forwarded.every((name) => c.req.header(name) === undefined);
}

function hasPassword(c: Caller, password: string | null): boolean {
  if (password === null) return false;
  const given = c.req.header("authorization");
  const token = /^bearer\s+(.+)$/i.exec(given ?? "")?.[1];
  const basic = token === undefined ? given : `Basic ${Buffer.from(`:${token}`).toString("base64")}`;
  return opens(basic, password);
}

function registryOf({ tally, version }: WebNeeds, health: Health): Registry {
  const registry = new Registry();
  const counter = (name: string, help: string, label: string, counts: ReadonlyMap<string, number>) => {
    const made = new Counter({ name, help, labelNames: [label], registers: [registry] });
    for (const [kind, count] of counts) made.inc({ [label]: kind }, count);
  };
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name, help, registers: [registry] }).set(value);
  const { sources, outbox, mailServer, halted } = health;
  new Gauge({
    name: "postwire_info",
    help: "The version",
    labelNames: ["version"],
    registers: [registry],
  }).set({ version }, 1);
  counter("postwire_looks_total", "Looks at sources, by what came of them", "outcome", tally.of("looks"));
  counter("postwire_look_failures_total", "Looks that failed, by kind", "kind", tally.of("failures"));
  counter(
    "postwire_mails_total",
    "Answers of the mail server, by what they mean",
    "receipt",
    tally.of("mails"),
  );
  counter("postwire_pings_total", "Attempts to tell the hub, by outcome", "outcome", tally.of("pings"));
  gauge("postwire_pings_waiting", "Changed feeds that the hub is to be told of", health.pings.waiting);
  gauge("postwire_sources", "Sources", sources.all);
  gauge("postwire_sources_failing", "Sources whose last look failed", sources.failing);
  gauge("postwire_sources_due", "Sources that are due", sources.due);
  gauge("postwire_lag_seconds", "How long the source that is due longest has waited", sources.lagMs / second);
  gauge("postwire_hosts_held", "Hosts that ask to be left alone", sources.heldHosts);
  gauge("postwire_posts", "Posts", health.posts);
  gauge("postwire_posts_held", "Posts that wait for the operator", health.held);
  gauge("postwire_issues_halted", "Issues that the mail server refuses", halted.length);
  gauge("postwire_mail_server_away", "How often in a row the mail server was away", mailServer.timesAway);
  const mails = new Gauge({
    name: "postwire_outbox",
    help: "Mails, by state",
    labelNames: ["state"],
    registers: [registry],
  });
  for (const [state, count] of Object.entries(outbox)) mails.set({ state }, count ?? 0);
  gauge("postwire_event_loop_delay_p99_seconds", "Since the last scrape", delay.percentile(99) / 1e9);
  gauge("postwire_resident_memory_bytes", "Memory of the process", process.memoryUsage.rss());
  delay.reset();
  return registry;
}

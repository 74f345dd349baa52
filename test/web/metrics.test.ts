import { expect, test } from "vitest";
import { minute } from "../../src/base/clock.ts";
import { listen, webApp } from "../../src/web/server.ts";
import { anApp } from "../support/app.ts";
import { aCandidate, looked, monday } from "../support/builders.ts";

const config = `
sources:
  - { id: blog, url: "https://blog.example/posts" }
  - { id: news, url: "https://news.example/posts" }
web: { listen: "127.0.0.1:0" }
`;
const env = { POSTWIRE_ADMIN_PASSWORD: "open sesame" };

test("says to this machine how looks and mails went, what is due and since when", async () => {
  const app = await anApp({ config, env });
  await looked(app.store, "blog", [aCandidate()], monday, {
    nextLookAt: monday + minute,
    holds: [{ host: "blog.example", until: monday + 10 * minute }],
  });
  app.tally.add("looks", "new");
  app.tally.add("failures", "timeout");
  app.tally.add("mails", "sent");
  app.setClock(monday + 4 * minute);
  const { address, close } = await listen(app);

  const response = await fetch(`${address}/metrics`);
  const text = await response.text();
  await close();

  expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  for (const line of [
    'postwire_looks_total{outcome="new"} 1',
    'postwire_look_failures_total{kind="timeout"} 1',
    'postwire_mails_total{receipt="sent"} 1',
    "postwire_sources 2",
    "postwire_sources_due 2",
    "postwire_lag_seconds 240",
    "postwire_hosts_held 1",
    "postwire_posts 1",
    "postwire_issues_halted 0",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).toMatch(/^postwire_event_loop_delay_p99_seconds [\d.e-]+$/m);
});

test("is closed to who comes through a proxy, or from elsewhere, but with the password", async () => {
  const app = await anApp({ config, env });
  const web = webApp(app);
  const { address, close } = await listen(app);
  const through = (headers: Record<string, string>) => fetch(`${address}/metrics`, { headers });
  const basic = `Basic ${Buffer.from("me:open sesame").toString("base64")}`;

  expect((await web.request("/metrics")).status).toBe(401);
  for (const name of ["x-forwarded-for", "x-real-ip", "forwarded", "via"]) {
    expect((await through({ [name]: "127.0.0.1" })).status).toBe(401);
  }
  expect((await web.request("/metrics", { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
  expect((await web.request("/metrics", { headers: { authorization: "Bearer open sesame" } })).status).toBe(
    200,
  );
  expect((await through({ "x-forwarded-for": "203.0.113.9", authorization: basic })).status).toBe(200);
  await close();
});

test("without a password nobody else gets in", async () => {
  const web = webApp(await anApp({ config }));

  for (const authorization of ["Bearer ", "Bearer null", "Basic Og=="]) {
    expect((await web.request("/metrics", { headers: { authorization } })).status).toBe(401);
  }
});

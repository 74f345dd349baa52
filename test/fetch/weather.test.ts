import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { politeFetch } from "../../src/fetch/fetch.ts";
import { troubleOf } from "../../src/fetch/trouble.ts";
import { listen, serve, serveRaw, type TestServer } from "../support/server.ts";
import { clock, kindOf, lookAt } from "./looking.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
const silent = async () => {
  const server = await serveRaw(() => {});
  servers.push(server);
  return server;
};

/** Self-signed, for nobody, good until 2126. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5qhLZRvoSx04FdZc
TsTS+4UeyQV2pSFWxOIA4dacrz6hRANCAARt37P8JSt8SuXZxKaK546suGw0kGru
CuA5xlI6s5VmphnIaFILQ6+mVXkbmE34DNgftw6XeHAl6vD9sgL8fkJH
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUFQ5qMIVV3Gv/p5KMmysmCCEt0H8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTIzMzI0OVoYDzIxMjYxMDI4
MjMzMjQ5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARt37P8JSt8SuXZxKaK546suGw0kGruCuA5xlI6s5VmphnIaFILQ6+m
VXkbmE34DNgftw6XeHAl6vD9sgL8fkJHo1MwUTAdBgNVHQ4EFgQU1rvmtcPrG0Sa
CfcgI6GRhX6BLUwwHwYDVR0jBBgwFoAU1rvmtcPrG0SaCfcgI6GRhX6BLUwwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA2/jhnClinheicPdKM07g
AZuGQ3DRgfwtaNg354cjdJYCIG2JBbl9b6s7JRa/EXhEGiBS0os8gTIy+wKSFDuJ
IpQm
-----END CERTIFICATE-----`;

describe("the weather", () => {
  test("a host that is not there", async () => {
    const resolve = () => Promise.reject(Object.assign(new Error("x"), { code: "ENOTFOUND" }));

    expect(await lookAt("http://gone.example/", {}, { resolve })).toEqual({
      kind: "trouble",
      trouble: "dns",
      message: "No such host: gone.example.",
    });
  });

  test("a port where nobody listens", async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((closed) => server.close(closed));

    expect(await lookAt(`http://127.0.0.1:${port}/`)).toEqual({
      kind: "trouble",
      trouble: "connect",
      message: `127.0.0.1:${port} refused the connection.`,
    });
  });

  test("a certificate nobody vouches for", async () => {
    const server = createTlsServer({ key, cert }, (_, response) => response.end("secret"));
    const port = await listen(server);

    const outcome = await lookAt(`https://127.0.0.1:${port}/`);
    server.close();

    expect(outcome).toEqual({
      kind: "trouble",
      trouble: "tls",
      message: `The certificate of 127.0.0.1:${port} is signed by nobody but itself.`,
    });
  });

  test("TLS asked of a server that speaks none", async () => {
    const server = await serve();
    servers.push(server);

    expect(kindOf(await lookAt(`https://127.0.0.1:${server.port}/`))).toBe("trouble tls");
  });

  test("a header that cannot be sent is named, and its value is not", async () => {
    const outcome = await lookAt("http://127.0.0.1:9/", { headers: { Authorization: "geheim\r\nX: 1" } });

    expect(outcome).toMatchObject({ trouble: "protocol", message: expect.stringContaining("authorization") });
    expect(JSON.stringify(outcome)).not.toContain("geheim");
  });

  test.each([
    ["ENOTFOUND", "dns", "No such host: h."],
    ["EAI_AGAIN", "dns", "The name server did not answer when asked for h."],
    ["EHOSTUNREACH", "connect", "There is no way to h from here (EHOSTUNREACH)."],
    ["ETIMEDOUT", "timeout", "h did not take the connection in time."],
    ["CERT_HAS_EXPIRED", "tls", "The certificate of h has expired."],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", "The certificate of h is for another host."],
    ["EMFILE", "connect", "The connection to h did not come about (EMFILE)."],
  ])("%s is %s", (code, kind, message) => {
    const error = Object.assign(new Error("x"), { code });

    expect(troubleOf(error, "h")).toEqual({ kind: "trouble", trouble: kind, message });
    expect(troubleOf(new AggregateError([error]), "h")?.trouble).toBe(kind);
  });

  test("a bug is no weather", () => {
    expect(troubleOf(new TypeError("x is not a function"), "h")).toBeNull();
    expect(troubleOf("thrown", "h")).toBeNull();
  });
});

describe("calling off", () => {
  test("a signal ends a look that waits for an answer", async () => {
    const { url, requests } = await silent();
    const ending = new AbortController();
    const look = lookAt(url, { signal: ending.signal });
    await expect.poll(() => requests.length, { interval: 5 }).toBe(1);

    ending.abort();

    expect(kindOf(await look)).toBe("trouble aborted");
  });

  test.each(["http", "https"])("a signal ends a look over %s that waits for a name", async (scheme) => {
    const ending = new AbortController();
    const resolve = () => {
      ending.abort();
      return new Promise<never>(() => {});
    };

    const began = performance.now();
    const outcome = await lookAt(`${scheme}://slow.example/`, { signal: ending.signal }, { resolve });

    expect(kindOf(outcome)).toBe("trouble aborted");
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test("a signal that was given before asks nobody", async () => {
    const { url, requests } = await silent();

    expect(kindOf(await lookAt(url, { signal: AbortSignal.abort() }))).toBe("trouble aborted");
    expect(requests).toHaveLength(0);
  });

  test("closing ends what is under way, and nothing begins after it", async () => {
    const { url, requests } = await silent();
    const fetcher = politeFetch({ userAgent: "Test/1", allowPrivateAddresses: true, clock });
    const request = { url, validators: null, headers: {} };
    const look = fetcher.fetch(request);
    await expect.poll(() => requests.length, { interval: 5 }).toBe(1);

    await fetcher.close();

    expect(kindOf(await look)).toBe("trouble aborted");
    expect(kindOf(await fetcher.fetch(request))).toBe("trouble aborted");
    expect(requests).toHaveLength(1);
  });

  test("many looks at once share one signal without a warning", async () => {
    const server = await serve({ "/": { body: "x" } });
    servers.push(server);
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const { signal } = new AbortController();

    const kinds = await Promise.all(
      Array.from({ length: 30 }, async () => kindOf(await lookAt(`${server.url}/`, { signal }))),
    );
    process.off("warning", note);

    expect(new Set(kinds)).toEqual(new Set(["page"]));
    expect(warnings).toEqual([]);
  });
});

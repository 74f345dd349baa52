import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answers, at, hosts, schemes, urls } from "./forms.ts";
import { anOutside, mustNotLeave, type Outside, wired } from "./outside.ts";

let outside: Outside;

beforeAll(async () => {
  outside = await anOutside();
});
afterAll(() => {
  const { canary, tried, close } = outside;
  console.log(
    `${tried()} addresses asked for, ${canary.hits()} connections at ${canary.places.length} canaries ` +
      `(${canary.places.join(", ")})`,
  );
  close();
});

/** The address with this host, at the canary's port and at the web's. */
const bothPorts = (host: string) => [`http://${host}/`, `http://${host}:${outside.canary.port}/`];

test("there are more than sixty forms, and more than sixty whole addresses and answers besides", () => {
  expect(new Set(hosts).size).toBeGreaterThan(140);
  expect(new Set([...urls, ...schemes, ...answers]).size).toBeGreaterThan(90);
  expect(outside.canary.places.length).toBeGreaterThan(2);
});

describe("asked for directly, nobody is connected to", () => {
  test.each(hosts)("http://%s/", async (host) => {
    const fetch = outside.aFetch({ allowPrivateAddresses: false });
    for (const url of bothPorts(host)) {
      mustNotLeave(url);
      outside.expectRefused(await fetch(url), /no public address|this machine|leads astray|Port/);
    }
  });

  test.each([...urls, ...schemes])("%j", async (form) => {
    const url = at(form, outside.canary.port);
    mustNotLeave(url);

    outside.expectRefused(await outside.aFetch({ allowPrivateAddresses: false })(url));
  });
});

describe("redirected to, nobody is connected to", () => {
  const redirected = async (location: string, status = 302) => {
    outside.answer((_, response) => {
      response.writeHead(status, { location: wired(location), "content-length": 0, refresh: "0" }).end();
    });
    return await outside.aFetch()(`${outside.url}/`);
  };

  test.each(hosts)("http://%s/", async (host) => {
    for (const url of bothPorts(host)) {
      mustNotLeave(url);
      outside.expectRefused(await redirected(url), /redirects astray|leads astray/);
    }
  });

  test.each([...urls, ...schemes])("%j, or it leads back to who said it", async (form) => {
    const url = at(form, outside.canary.port);
    mustNotLeave(url);

    expect(await redirected(url)).toMatchObject({
      kind: "trouble",
      trouble: expect.stringMatching(/^(?:refused-address|redirects|connect)$/),
    });
    expect(outside.canary.hits()).toBe(0);
  });

  test.each([301, 302, 303, 307, 308])("with %i, in every way to write where to", async (status) => {
    const ways = [
      ...[
        "http://CANARY/",
        "//CANARY/",
        "\\\\CANARY/",
        "/\\CANARY/",
        "\\/CANARY",
        "///CANARY",
        "/\t/CANARY/",
      ],
      ...["http:\\\\CANARY", "h\tttp://CANARY", "http://\tCANARY", "  http://CANARY  ", "\t//CANARY"],
      ...["https://CANARY", "HTTP:/\\public.example@CANARY", "//[::ffff:127.0.0.1]/", "//2130706433/"],
      ...["//localhost/", "//a.localhost:80", "//a:b@CANARY", "//１２７。1", "ftp://CANARY", "file:CANARY"],
    ];
    for (const way of ways) {
      outside.expectRefused(await redirected(at(way, outside.canary.port), status), /astray/);
    }
  });

  test("at the fifth hop", async () => {
    outside.answer(({ url }, response) => {
      const hops = Number(url?.slice(1));
      const location = hops < 4 ? `/${hops + 1}` : `http://127.0.0.1:${outside.canary.port}/`;
      response.writeHead(302, { location, "content-length": 0 }).end();
    });

    outside.expectRefused(await outside.aFetch()(`${outside.url}/0`), /redirects astray/);
  });

  test("by headers that are no redirect", async () => {
    const elsewhere = `http://127.0.0.1:${outside.canary.port}/`;
    outside.answer((_, response) => {
      response.writeHead(200, {
        refresh: `0;url=${elsewhere}`,
        location: elsewhere,
        link: `<${elsewhere}>; rel=next`,
      });
      response.end("here");
    });

    expect(await outside.aFetch()(`${outside.url}/`)).toMatchObject({ kind: "page", text: "here" });
    expect(outside.canary.hits()).toBe(0);
  });
});

import { expect, test } from "vitest";
import { templates } from "../../src/app/bundled.ts";
import { digestRenderer } from "../../src/digest/render.ts";
import { mailing } from "../../src/jobs/mailing.ts";
import { tokenKeys } from "../../src/mail/tokens.ts";
import { anOpenedHouse } from "./opened.ts";

test("a mail that is sent again has the same bytes, though secret, sender and address of the site are others by now", async () => {
  const { house } = await anOpenedHouse(["anna@example.org"]);
  const { store, speech, config } = house.app;
  const [delivery] = await store.listDeliveries({ issue: 1, state: null, after: 0, limit: 1 });
  if (delivery === undefined) throw new Error("nothing was opened");
  const renderer = await digestRenderer(templates);
  const composed = (secret: string, name: string, url: string) =>
    mailing({
      ...{ store, speech, renderer },
      site: { ...config.site, url },
      tokens: tokenKeys(secret),
      from: { name, address: "digest@other.example" },
    }).compose(delivery);

  const first = await composed("a secret for one test only", "P", config.site.url);
  const later = await composed("a newer secret,a secret for one test only", "Other", "https://other.example");

  const textOf = ({ pieces }: typeof later) => Buffer.concat(pieces).toString();
  expect(textOf(later)).toBe(textOf(first));
  expect(later.from).toBe("digest@p.example");
  expect(textOf(first)).toContain("List-Unsubscribe: <https://p.example/unsubscribe/");
});

import { describe } from "vitest";
import type { Store } from "../../src/domain/store.ts";
import { identityFacts } from "./identity.ts";
import { issueFacts } from "./issues.ts";
import { lateFacts } from "./late.ts";
import { lookFacts } from "./looks.ts";
import { outboxFacts } from "./outbox.ts";
import { pingFacts } from "./pings.ts";
import { postFacts } from "./posts.ts";
import { serverFacts } from "./server.ts";
import { sourceFacts } from "./sources.ts";
import { subscriberFacts } from "./subscribers.ts";
import { sweepFacts } from "./sweep.ts";

/** Makes an empty store for one test. */
export type MakeStore = () => Promise<Store>;

/** The facts that every `Store` keeps, whatever it is made of. */
export function storeContract(name: string, make: MakeStore): void {
  describe(name, () => {
    describe("sources", () => sourceFacts(make));
    describe("looks", () => lookFacts(make));
    describe("what a post is", () => identityFacts(make));
    describe("posts", () => postFacts(make));
    describe("telling a hub", () => pingFacts(make));
    describe("issues", () => issueFacts(make));
    describe("the outbox", () => outboxFacts(make));
    describe("sweeping", () => sweepFacts(make));
    describe("answers that come late", () => lateFacts(make));
    describe("a mail server that is away", () => serverFacts(make));
    describe("subscribers", () => subscriberFacts(make));
  });
}

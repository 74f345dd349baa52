import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Caller } from "./visit.ts";

/**
 * Whose requests are counted together: the address of the visitor, for IPv6 its /64 (a household has one). Behind a
 * proxy that is trusted, the last hop of `X-Forwarded-For` is the visitor; whoever else says so is not believed.
 */
export function networkOf(c: Caller): string {
  const socket = c.env?.incoming?.socket?.remoteAddress ?? "";
  const told = c.get("visit").app.config.web.trustProxy
    ? (c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "")
    : "";
  return networkAt(told) ?? networkAt(socket) ?? "unknown";
}

/** The network of an address as text, with or without port and brackets; null when it is none. */
export function networkAt(written: string): string | null {
  const bare = /^\[([^\]]+)\]/.exec(written)?.[1] ?? written.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
  const plain = bare.replace(/%.*$/, "");
  if (isIP(plain) === 0) return null;
  const address = ipaddr.process(plain);
  if (address instanceof ipaddr.IPv6) {
    return `${address.parts
      .slice(0, 4)
      .map((part) => part.toString(16))
      .join(":")}::/64`;
  }
  return address.toString();
}

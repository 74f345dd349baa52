import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { AppError } from "../base/errors.ts";
import { stopped } from "./trouble.ts";

/** An address a name stands for. */
export interface Resolved {
  readonly address: string;
  readonly family: number;
}

/** Looks a name up; rejects as `dns.promises.lookup` does. */
export type Resolve = (hostname: string) => Promise<readonly Resolved[]>;

/** Keeps us from being sent into networks that are none of the outside's business. */
export interface AddressGuard {
  /** Why `url` may not be asked, as far as it can be told without looking its name up; null when it may. */
  checkUrl(url: URL): string | null;
  /** Why a connection to this IP address and port may not be made; null when it may. */
  checkPeer(address: string, port: number): string | null;
  /** A look-up for `net.connect` that gives only addresses which may be connected to at `port`. */
  lookup(port: number): LookupFunction;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** All of IPv6 that is given out to be routed (RFC 4291 §2.4, IANA). */
const routedV6 = ipaddr.parseCIDR("2000::/3");
const webPorts = [80, 443];

/**
 * The guard: http and https only, no user name in the address, ports 80 and 443, and only addresses that are
 * routed on the public Internet. `allow` opens everything (`true`) or exactly the listed CIDR blocks, ports
 * included. Throws `AppError("config")` when one of them is no CIDR block.
 */
export function addressGuard(allow: boolean | readonly string[], resolve: Resolve = ask): AddressGuard {
  const opened = typeof allow === "boolean" ? [] : allow.map(block);
  const isOpen = (address: Address) => allow === true || opened.some((range) => within(address, range));

  const checkPeer = (address: string, port: number): string | null => {
    if (isIP(address) === 0) return `${address} is no IP address.`;
    const peer = ipaddr.process(address);
    if (isOpen(peer)) return null;
    const kind = specialKind(ipaddr.parse(address));
    if (kind !== null) {
      return `${address} is no public address (${kind}); polling.allowPrivateAddresses can open it.`;
    }
    return webPorts.includes(port) ? null : `Port ${port} is not one of 80 and 443.`;
  };

  const checkUrl = (url: URL): string | null => {
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      return `Only http and https addresses are read, not "${url.protocol}".`;
    }
    if (url.username !== "" || url.password !== "") {
      return "An address with a user name or a password in it is not read; use the source's headers.";
    }
    const host = bareHost(url);
    if (host === "") return "The address has no host.";
    if (isIP(host) !== 0) return checkPeer(host, portOf(url));
    if (allow !== false) return null;
    if (/(?:^|\.)localhost\.?$/.test(host)) {
      return `${host} is this machine; polling.allowPrivateAddresses can open it.`;
    }
    return webPorts.includes(portOf(url)) ? null : `Port ${url.port} is not one of 80 and 443.`;
  };

  return { checkUrl, checkPeer, lookup: (port) => guarded(resolve, checkPeer, port) };
}

/** The host of `url` without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** The port of `url`, its scheme's where it names none. */
export function portOf(url: Pick<URL, "protocol" | "port">): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}

function guarded(resolve: Resolve, check: AddressGuard["checkPeer"], port: number): LookupFunction {
  return (hostname, options, callback) => {
    const found = (all: readonly Resolved[]) => {
      const open = all.filter(({ address }) => check(address, port) === null);
      const [first] = open;
      if (first !== undefined) {
        if (options.all) callback(null, [...open]);
        else callback(null, first.address, first.family);
        return;
      }
      const [refused] = all;
      callback(
        refused === undefined
          ? stopped("dns", `No such host: ${hostname}.`)
          : stopped("refused-address", `${hostname} leads astray: ${check(refused.address, port)}`),
        "",
      );
    };
    resolve(hostname).then(found, (error: Error) => callback(error, ""));
  };
}

function ask(hostname: string): Promise<readonly Resolved[]> {
  return lookup(hostname, { all: true });
}

/** What an address is instead of public, or null when it is public. */
function specialKind(address: Address): string | null {
  const range = address.range();
  if (range !== "unicast") return words[range] ?? range;
  return address.kind() === "ipv6" && !address.match(routedV6) ? "not routed" : null;
}

const words: Readonly<Record<string, string>> = {
  unspecified: "this machine",
  loopback: "this machine",
  private: "a private network",
  uniqueLocal: "a private network",
  linkLocal: "the local link",
  carrierGradeNat: "a carrier's network",
  ipv4Mapped: "an IPv4 address in disguise",
  rfc6145: "an IPv4 address in disguise",
  rfc6052: "an IPv4 address in disguise",
  "6to4": "an IPv4 address in disguise",
  teredo: "an IPv4 address in disguise",
};

function block(cidr: string): [Address, number] {
  const [address = "", bits] = cidr.split("/");
  if (isIP(address) !== 0 && bits === undefined)
    return [ipaddr.parse(address), isIP(address) === 4 ? 32 : 128];
  if (isIP(address) === 0 || !ipaddr.isValidCIDR(cidr)) {
    throw new AppError("config", `polling.allowPrivateAddresses: "${cidr}" is no block of addresses.`, {
      hint: 'Write it as in "192.168.1.0/24" or "fd00::/8".',
    });
  }
  return ipaddr.parseCIDR(cidr);
}

function within(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

import { describe, expect, test } from "vitest";
import { networkAt } from "../../src/web/network.ts";

describe("the network of an address", () => {
  test("is the address itself for IPv4, also where it is wrapped in IPv6 or has a port", () => {
    expect(networkAt("192.0.2.7")).toBe("192.0.2.7");
    expect(networkAt("::ffff:192.0.2.7")).toBe("192.0.2.7");
    expect(networkAt("192.0.2.7:4711")).toBe("192.0.2.7");
  });

  test("is the /64 for IPv6, however it is written", () => {
    const net = "2001:db8:0:1::/64";
    expect(networkAt("2001:db8:0:1::1")).toBe(net);
    expect(networkAt("2001:0DB8:0000:0001:ffff:ffff:ffff:ffff")).toBe(net);
    expect(networkAt("[2001:db8:0:1::1]:4711")).toBe(net);
    expect(networkAt("2001:db8:0:2::1")).not.toBe(net);
    expect(networkAt("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  });

  test("is nothing for what is no address", () => {
    for (const written of [
      "",
      "unknown",
      "_hidden",
      "127.1",
      "0x7f000001",
      "a.example",
      "1.2.3.4, 5.6.7.8",
    ]) {
      expect(networkAt(written), written).toBeNull();
    }
  });
});

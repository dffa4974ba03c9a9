import { assert, describe, it } from "@effect/vitest"
import { networkOf } from "./networkOf.ts"

describe("networkOf", () => {
  it("takes an IPv4 address whole and half of an IPv6 one, however it is written", () => {
    for (const [ip, network] of [
      ["192.0.2.7", "192.0.2.7"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
      ["::FFFF:192.0.2.7", "192.0.2.7"],
      ["2001:db8:0:5:1:2:3:4", "2001:db8:0:5"],
      ["2001:0DB8:0000:0005:ffff:ffff:ffff:ffff", "2001:db8:0:5"],
      ["2001:db8:0:5::", "2001:db8:0:5"],
      ["2001:db8::5:0:0:0:1", "2001:db8:0:5"],
      ["2001:db8::1", "2001:db8:0:0"],
      ["2001:db8::", "2001:db8:0:0"],
      ["::1", "0:0:0:0"],
      ["fe80::1%eth0", "fe80:0:0:0"],
      ["", ""],
      ["unix", "unix"]
    ] as const)
      assert.strictEqual(networkOf(ip), network, ip)
    assert.isAtMost(networkOf("x".repeat(1_000_000)).length, 64)
    assert.isAtMost(networkOf(":".repeat(1_000_000)).length, 64)
  })
})

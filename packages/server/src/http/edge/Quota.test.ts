import { assert, describe, it } from "vitest"
import { makeClientAddress, neighbourhoodOf } from "./clientAddress.ts"
import { Quota } from "./Quota.ts"

describe("Quota", () => {
  it("lets so many through in the minute that begins with the first, and then as many again", () => {
    const quota = new Quota(3, 10)
    const said = [0, 1, 20_000, 30_000].map((now) => quota.take("ada", now))
    assert.deepStrictEqual(
      said.map(({ isWithin, remaining, resetSeconds }) => [isWithin, remaining, resetSeconds]),
      [
        [true, 2, 60],
        [true, 1, 60],
        [true, 0, 40],
        [false, 0, 30]
      ]
    )
    assert.isTrue(quota.take("bob", 30_000).isWithin)
    assert.isFalse(quota.take("ada", 59_999).isWithin)
    assert.isTrue(quota.take("ada", 60_000).isWithin)
  })

  it("knows so many names and no more, and forgets first whose minute began first", () => {
    const quota = new Quota(1, 100)
    for (let i = 0; i < 10_000; i++) quota.take(`name ${i}`, i / 1_000)
    assert.strictEqual(quota.size, 100)
    assert.isFalse(quota.take("name 9999", 10).isWithin)
    assert.isTrue(quota.take("name 9000", 10).isWithin)
    quota.take("late", 90_000)
    assert.strictEqual(quota.size, 1)
  })
})

describe("the address of a client", () => {
  it("is that of the socket, whatever a stranger says of it", () => {
    const addressOf = makeClientAddress([])
    assert.strictEqual(addressOf("::ffff:192.0.2.1", "203.0.113.9"), "192.0.2.1")
    assert.strictEqual(makeClientAddress(["10.0.0.0/8"])("192.0.2.1", "203.0.113.9"), "192.0.2.1")
    assert.strictEqual(addressOf(undefined, "203.0.113.9"), "unknown")
  })

  it.each([
    ["203.0.113.9", "203.0.113.9"],
    ["198.51.100.1, 203.0.113.9", "203.0.113.9"],
    ["198.51.100.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"],
    ["203.0.113.9:4711", "203.0.113.9"],
    ["[2001:db8::7]:4711", "2001:db8::7"],
    ["10.1.1.1", "10.1.1.1"],
    ["nonsense", "10.0.0.1"],
    ["", "10.0.0.1"]
  ])("is the last before the proxies that are trusted: %s", (said, address) => {
    assert.strictEqual(makeClientAddress(["10.0.0.0/8", "::1"])("10.0.0.1", said), address)
  })

  it("counts a network of IPv6 as one neighbour", () => {
    assert.strictEqual(neighbourhoodOf("2001:db8:0:1:aaaa::1"), neighbourhoodOf("2001:0db8::1:9:9:9:9"))
    assert.notStrictEqual(neighbourhoodOf("2001:db8:0:1::1"), neighbourhoodOf("2001:db8:0:2::1"))
    assert.strictEqual(neighbourhoodOf("::1"), "0:0:0:0::/64")
    assert.strictEqual(neighbourhoodOf("192.0.2.1"), "192.0.2.1")
  })
})

import fc from "fast-check"
import { assert, describe, it } from "vitest"
import { isPublicAddress } from "./addressRules.ts"
import { contains, type IpAddress, parseBlock, parseIp } from "./ipAddress.ts"

/** First and last of everything that is not public, written by hand from IANA's registries. */
const closed: ReadonlyArray<readonly [string, string]> = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["168.63.129.16", "168.63.129.16"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "255.255.255.255"],
  ["::", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["64:ff9b:0:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["3ffe::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]
]

const ip = (text: string): IpAddress => {
  const parsed = parseIp(text)
  if (parsed === undefined) throw new TypeError(text)
  return parsed
}

const groupsOf = (value: bigint): ReadonlyArray<string> =>
  Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))

const dotted = (value: bigint): string => [24n, 16n, 8n, 0n].map((by) => (value >> by) & 255n).join(".")

const write = ({ bits, value }: IpAddress): string =>
  bits === 32 ? dotted(value) : groupsOf(value).join(":")

const isClosed = (one: IpAddress): boolean =>
  closed.some(([first, last]) => {
    const [from, to] = [ip(first), ip(last)]
    return from.bits === one.bits && from.value <= one.value && one.value <= to.value
  }) ||
  (one.bits === 128 && one.value >> 32n === 0x64_ff9bn << 64n && isClosed(inside(one)))

const inside = ({ value }: IpAddress): IpAddress => ({ bits: 32, value: value & 0xffff_ffffn })

const anyIp: fc.Arbitrary<IpAddress> = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }).map((value) => ({ bits: 32 as const, value })),
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => ({ bits: 128 as const, value })),
  // Close to what is listed, and inside of it.
  fc
    .tuple(fc.constantFrom(...closed), fc.boolean(), fc.bigInt({ min: -300n, max: 300n }))
    .map(([[first, last], atStart, by]) => {
      const { bits, value } = ip(atStart ? first : last)
      return { bits, value: BigInt.asUintN(bits, value + by) }
    }),
  fc
    .bigInt({ min: 0n, max: (1n << 32n) - 1n })
    .map((value) => ({ bits: 128 as const, value: (0x64_ff9bn << 96n) | value }))
)

/** All the ways to write an address of IPv6. */
const spellings = (value: bigint): ReadonlyArray<string> => {
  const groups = groupsOf(value)
  const start = groups.slice(0, 6).join(":")
  const texts = [
    groups.join(":"),
    groups.join(":").toUpperCase(),
    groups.map((group) => group.padStart(4, "0")).join(":"),
    `${start}:${dotted(value & 0xffff_ffffn)}`
  ]
  for (let from = 0; from < 8; from++) {
    for (let to = from + 1; to <= 8 && groups.slice(from, to).every((group) => group === "0"); to++) {
      texts.push(`${groups.slice(0, from).join(":")}::${groups.slice(to).join(":")}`)
    }
  }
  return texts
}

describe("what is public", () => {
  it("ends exactly at the edges of what IANA keeps", () => {
    for (const [first, last] of closed) {
      const [from, to] = [ip(first), ip(last)]
      for (const { bits, value } of [from, to, { ...from, value: (from.value + to.value) / 2n }]) {
        assert.isFalse(isPublicAddress(write({ bits, value })), write({ bits, value }))
      }
      for (const value of [from.value - 1n, to.value + 1n]) {
        const one = { bits: from.bits, value }
        if (value < 0n || value >> BigInt(from.bits) > 0n) continue
        assert.strictEqual(isPublicAddress(write(one)), !isClosed(one), write(one))
      }
    }
  })

  it("is the same for every address and each of its spellings", () => {
    fc.assert(
      fc.property(anyIp, (one) => {
        const texts = one.bits === 32 ? [dotted(one.value)] : spellings(one.value)
        for (const text of texts) {
          assert.strictEqual(parseIp(text)?.value, one.value, text)
          assert.strictEqual(isPublicAddress(text), !isClosed(one), text)
        }
      }),
      { numRuns: 1000 }
    )
  })

  it("is neither what is inside of another address nor what is behind it", () => {
    for (const text of [
      "::127.0.0.1",
      "::ffff:127.0.0.1",
      "::ffff:0:127.0.0.1",
      "::ffff:93.184.215.14",
      "64:ff9b::7f00:1",
      "64:ff9b::169.254.169.254",
      "64:ff9b:1::93.184.215.14",
      "2002:7f00:1::",
      "2002:5db8:d70e::1",
      "2001:0:4136:e378:8000:63bf:3fff:fdd2",
      "fe80::5efe:7f00:1",
      "fc00::1",
      "fd00:ec2::254",
      "fd20:ce::254",
      "fe80::1",
      "fec0::1",
      "ff02::1",
      "100::1",
      "5f00::1",
      "::1",
      "::"
    ])
      assert.isFalse(isPublicAddress(text), text)
    for (const text of [
      "93.184.215.14",
      "1.1.1.1",
      "2606:2800:220:1:248:1893:25c8:1946",
      "64:ff9b::5db8:d70e"
    ])
      assert.isTrue(isPublicAddress(text), text)
  })

  it("is no text that is no address", () => {
    for (const text of [
      "",
      "localhost",
      "127.1",
      "0x7f.1",
      "010.0.0.1",
      "1.2.3",
      "fe80::1%eth0",
      "[::1]",
      "1.2.3.4 "
    ])
      assert.isFalse(isPublicAddress(text), text)
  })
})

describe("a block", () => {
  it("has what begins like it", () => {
    const block = parseBlock("10.20.0.0/15")!
    assert.isTrue(contains(block, ip("10.21.255.255")))
    assert.isFalse(contains(block, ip("10.22.0.0")))
    assert.isFalse(contains(block, ip("10.19.255.255")))
    assert.isFalse(contains(parseBlock("::/0")!, ip("10.20.0.0")))
    assert.isTrue(contains(parseBlock("0.0.0.0/0")!, ip("255.255.255.255")))
    assert.isTrue(contains(parseBlock("fd00::1")!, ip("fd00:0::1")))
  })

  it("is refused when it is written wrong", () => {
    for (const text of [
      "10.0.0.1/8",
      "10.0.0.0/33",
      "10.0.0.0/",
      "10.0.0.0/8/8",
      "::1/0",
      "a/8",
      "/8",
      "10.0.0.0/-1"
    ])
      assert.isUndefined(parseBlock(text), text)
  })
})

import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { createHash } from "node:crypto"
import type { AuditEntry } from "../../ports/identity/AuditStore.ts"
import type { TenantId } from "../ids.ts"
import type { Instant } from "../../time/Instant.ts"
import { auditHash, chainStart, verifyChain } from "./auditChain.ts"
import { sha256 } from "./sha256.ts"

const digest = (text: string) => createHash("sha256").update(text).digest("hex")

const chainOf = (count: number, tenant = "t"): ReadonlyArray<AuditEntry> => {
  const chain: Array<AuditEntry> = []
  for (let i = 0; i < count; i++) {
    const { hash: previous, number } = chain.at(-1) ?? chainStart
    const what = { tenantId: tenant as TenantId, at: i as Instant, by: "server", action: "a", subject: "s" }
    const entry = {
      ...what,
      before: null,
      after: { n: i, deep: [{ b: 1, a: "x" }] },
      number: number + 1,
      previous
    }
    chain.push({ ...entry, hash: auditHash(entry) })
  }
  return chain
}

/** Makes the hashes of a chain anew, as somebody who covers their tracks would. */
const rehashed = (entries: ReadonlyArray<AuditEntry>): ReadonlyArray<AuditEntry> => {
  const chain: Array<AuditEntry> = []
  for (const entry of entries) {
    const { hash: previous, number } = chain.at(-1) ?? chainStart
    const anew = { ...entry, number: number + 1, previous }
    chain.push({ ...anew, hash: auditHash(anew) })
  }
  return chain
}

describe("sha256", () => {
  it("is that of everybody else, for any text and around the ends of blocks", () => {
    for (let length = 0; length < 200; length++) {
      assert.strictEqual(sha256("x".repeat(length)), digest("x".repeat(length)))
    }
    assert.strictEqual(sha256("é".repeat(70_000)), digest("é".repeat(70_000)))
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => sha256(text) === digest(text))
    )
  })
})

describe("auditHash", () => {
  it("is the same whatever the order of names, and after it was stored as JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withDate: true })), (after) => {
        const [entry] = chainOf(1)
        const mirrored = Object.fromEntries(Object.entries(after).reverse())
        const of = (said: unknown) => auditHash({ ...entry!, after: said })
        assert.strictEqual(of(mirrored), of(after))
        assert.strictEqual(of(JSON.parse(JSON.stringify(after))), of(after))
      })
    )
  })

  it("is another for each thing that is said otherwise", () => {
    const [entry] = chainOf(1)
    const others: ReadonlyArray<Partial<AuditEntry>> = [
      { tenantId: "u" as TenantId },
      { at: 1 as Instant },
      { by: "user u" },
      { action: "b" },
      { subject: "z" },
      { before: {} },
      { after: null },
      { number: 2 },
      { previous: "1" }
    ]
    const hashes = [{}, ...others].map((other) => auditHash({ ...entry!, ...other }))
    assert.strictEqual(new Set(hashes).size, hashes.length)
  })
})

describe("verifyChain", () => {
  const chain = chainOf(9)

  it("finds nothing in a chain as it was written, nor in a part of one", () => {
    assert.isUndefined(verifyChain([]))
    assert.isUndefined(verifyChain(chain))
    assert.isUndefined(verifyChain(chain.slice(4), { after: chain[3]! }))
    assert.isUndefined(verifyChain(chain, { anchor: chain[8]! }))
    assert.isUndefined(verifyChain(chain, { anchor: chain[3]! }))
  })

  it("finds an entry that says something else", () => {
    for (const said of [{ by: "server 2" }, { after: { n: 77 } }, { at: 99 as Instant }, { hash: "0" }]) {
      const edited = chain.with(4, { ...chain[4]!, ...said })
      assert.deepStrictEqual(verifyChain(edited), { number: 5, kind: "changed" })
    }
    const honest = { ...chain[4]!, by: "nobody" }
    const covered = chain.with(4, { ...honest, hash: auditHash(honest) })
    assert.deepStrictEqual(verifyChain(covered), { number: 6, kind: "broken" })
  })

  it("finds entries taken out, doubled, moved, and of another tenant", () => {
    assert.deepStrictEqual(verifyChain(chain.toSpliced(2, 1)), { number: 3, kind: "broken" })
    assert.deepStrictEqual(verifyChain(chain.slice(1)), { number: 1, kind: "broken" })
    assert.deepStrictEqual(verifyChain(chain.toSpliced(2, 0, chain[1]!)), { number: 3, kind: "broken" })
    const moved = chain.with(2, chain[3]!).with(3, chain[2]!)
    assert.deepStrictEqual(verifyChain(moved), { number: 3, kind: "broken" })
    const foreign = { ...chain[5]!, tenantId: "u" as TenantId }
    const mixed = chain.with(5, { ...foreign, hash: auditHash(foreign) })
    assert.deepStrictEqual(verifyChain(mixed), { number: 6, kind: "broken" })
  })

  it("needs an anchor to find an end that was cut off, or a chain that was written anew", () => {
    const anchor = chain[8]!
    const cut = chain.slice(0, 6)
    assert.isUndefined(verifyChain(cut))
    assert.deepStrictEqual(verifyChain(cut, { anchor }), { number: 7, kind: "missing" })
    const anew = rehashed(chain.with(2, { ...chain[2]!, by: "nobody" }))
    assert.isUndefined(verifyChain(anew))
    assert.deepStrictEqual(verifyChain(anew, { anchor }), { number: 9, kind: "changed" })
  })
})

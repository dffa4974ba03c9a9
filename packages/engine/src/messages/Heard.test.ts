import { Instant, TenantId } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { now } from "../house.fixture.ts"
import { Heard } from "./Heard.ts"

const said = (subject: string, channel = "main", unknown: Record<string, number> = {}) => ({
  subject,
  channel,
  at: undefined,
  quantities: { powerW: 1 },
  unknown
})

describe("what is remembered of who was heard", () => {
  it("is bounded by tenant and together, and who was not heard of longest goes first", () => {
    const heard = new Heard()
    const tenants = Array.from({ length: 8 }, (_, i) => TenantId.make(`t${i}`))
    for (const tenant of tenants) {
      for (let i = 0; i < 1_200; i++) heard.note(tenant, "plain", [said(`s${i}`)], Instant.plus(now, i))
    }
    const sizes = tenants.map((tenant) => heard.list(tenant).length)
    assert.strictEqual(sizes[7], 1_000)
    assert.isAtMost(
      sizes.reduce((sum, size) => sum + size, 0),
      5_000
    )
    assert.strictEqual(sizes[0], 0)
    const subjects = heard.list(tenants[7]!).map(({ subject }) => subject)
    assert.include(subjects, "s1199")
    assert.notInclude(subjects, "s0")
  })

  it("holds only so many channels and unknown numbers of a subject", () => {
    const heard = new Heard()
    const tenant = TenantId.make("t")
    for (let i = 0; i < 100; i++) {
      heard.note(tenant, "plain", [said("s", `c${i}`), said("s", "c0", { [`u${i}`]: i })], now)
    }
    const [one] = heard.list(tenant)
    assert.strictEqual(one?.count, 100)
    assert.strictEqual(one?.channels.length, 16)
    assert.isAtMost(Object.keys(one?.channels[0]?.unknown ?? {}).length, 32)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { DeviceId, TenantId } from "@wattkit/core"
import { Budgets } from "./Budgets.ts"

const [one, two] = [TenantId.make("one"), TenantId.make("two")]
const [a, b] = [DeviceId.make("a"), DeviceId.make("b")]

describe("Budgets", () => {
  it("lets a minute's worth through at once, and then as much as time brings", () => {
    const budgets = new Budgets({ devicePerMinute: 60, tenantPerMinute: 1000 })
    assert.strictEqual(budgets.spend(one, a, 60, 0), 0)
    assert.strictEqual(budgets.spend(one, a, 1, 0), 1000)
    assert.strictEqual(budgets.spend(one, a, 1, 500), 500)
    assert.strictEqual(budgets.spend(one, a, 1, 1000), 0)
    assert.strictEqual(budgets.spend(one, a, 1, 1000), 1000)
    // A refusal costs nothing, and a clock that goes back brings nothing.
    assert.strictEqual(budgets.spend(one, a, 1, 0), 1000)
    assert.strictEqual(budgets.spend(one, a, 1, 2000), 0)
  })

  it("lets a large batch through whole, which is paid for later", () => {
    const budgets = new Budgets({ devicePerMinute: 60, tenantPerMinute: 1000 })
    assert.strictEqual(budgets.spend(one, a, 120, 0), 0)
    assert.strictEqual(budgets.spend(one, a, 1, 0), 61_000)
    assert.strictEqual(budgets.spend(one, a, 1, 61_000), 0)
  })

  it("counts devices apart and the devices of a tenant together", () => {
    const budgets = new Budgets({ devicePerMinute: 60, tenantPerMinute: 100 })
    assert.strictEqual(budgets.spend(one, a, 60, 0), 0)
    assert.strictEqual(budgets.spend(one, b, 40, 0), 0)
    assert.strictEqual(budgets.spend(one, b, 1, 0), 600)
    assert.strictEqual(budgets.spend(two, b, 60, 0), 0)
  })

  it("remembers only those who spent lately, and none of them wrongly", () => {
    const budgets = new Budgets({ devicePerMinute: 60, tenantPerMinute: 1e9 })
    for (let i = 0; i < 20_000; i++) budgets.spend(one, DeviceId.make(`d${i}`), 60, 0)
    budgets.spend(one, a, 60, 1000)
    assert.strictEqual(budgets.spend(one, DeviceId.make("d7"), 2, 1000), 0)
    assert.isAbove(budgets.spend(one, DeviceId.make("d7"), 1, 1000), 0)
    budgets.spend(one, b, 60, 70_000)
    assert.strictEqual(budgets.spend(one, DeviceId.make("d7"), 60, 70_000), 0)
  })
})

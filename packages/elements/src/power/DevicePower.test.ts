import { assert, describe, it } from "vitest"
import { DevicePower } from "./DevicePower.ts"

describe("DevicePower", () => {
  it("overlays what was said before", () => {
    const power = new DevicePower()
    power.take({ powerW: 100, stateOfChargePct: 40 }, 1000)
    power.take({ importWh: 5 }, 2000)
    assert.deepStrictEqual(power.state(), {
      heardAt: 2000,
      power: { at: 1000, powerW: 100 },
      stateOfChargePct: 40
    })
  })

  it("ignores what is older than what it knows", () => {
    const power = new DevicePower()
    power.take({ powerW: 100, stateOfChargePct: 40 }, 2000)
    assert.isUndefined(power.take({ powerW: 999, stateOfChargePct: 1 }, 1000))
    assert.strictEqual(power.state().power?.powerW, 100)
    assert.strictEqual(power.state().stateOfChargePct, 40)
  })

  it("sums phases while there is no main channel, and never both", () => {
    const power = new DevicePower()
    power.take({ channel: "L1", powerW: 100 }, 1000)
    assert.deepStrictEqual(power.take({ channel: "L2", powerW: -30 }, 1000), { at: 1000, powerW: 70 })
    assert.deepStrictEqual(power.take({ powerW: 71 }, 2000), { at: 2000, powerW: 71 })
    assert.isUndefined(power.take({ channel: "L1", powerW: 500 }, 3000))
    assert.strictEqual(power.state().power?.powerW, 71)
  })

  it("knows nothing at first", () => {
    assert.deepStrictEqual(new DevicePower().state(), {
      heardAt: 0,
      power: undefined,
      stateOfChargePct: undefined
    })
  })
})

import { assert, describe, it } from "vitest"
import * as DayUsage from "./DayUsage.ts"

const at = "2026-11-21T00:00:00Z"

describe("DayUsage", () => {
  it("is the difference of the registers", () => {
    const usage = DayUsage.make({ at, importWh: 100, exportWh: 7 }, { at, importWh: 350.5, exportWh: 7 })
    assert.deepStrictEqual(usage, { used: 250.5, given: 0 })
  })

  it("is unknown without a register or after it fell", () => {
    assert.deepStrictEqual(DayUsage.make({ at, powerW: 1 }, { at, importWh: 5 }), {
      used: undefined,
      given: undefined
    })
    assert.deepStrictEqual(DayUsage.make({ at, importWh: 9 }, { at, importWh: 5 }).used, undefined)
    assert.deepStrictEqual(DayUsage.make(undefined, undefined), { used: undefined, given: undefined })
  })
})

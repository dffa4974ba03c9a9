import fc from "fast-check"
import { assert, describe, it } from "vitest"
import { formatEnergy, formatPower, formatShare, formatTick, inline } from "./formatPower.ts"

describe("formatPower", () => {
  const table: ReadonlyArray<readonly [number, string]> = [
    [0, "0 W"],
    [0.04, "0.0 W"],
    [-0.04, "0.0 W"],
    [4.24, "4.2 W"],
    [9.96, "10 W"],
    [87.4, "87 W"],
    [999.4, "999 W"],
    [999.7, "1.00 kW"],
    [1254, "1.25 kW"],
    [9996, "10.0 kW"],
    [12_540, "12.5 kW"],
    [-12_540, "−12.5 kW"],
    [99_960, "100 kW"],
    [999_700, "1.00 MW"],
    [5e12, "5,000 GW"]
  ]
  it.each(table)("%d is %s", (watts, text) => {
    assert.strictEqual(inline(formatPower(watts, "en")), text.replace(" ", "\u00a0"))
  })

  it("writes numbers as the reader does", () => {
    assert.strictEqual(formatPower(1254, "de").value, "1,25")
    assert.strictEqual(formatPower(1254, "ar-EG").value, "١٫٢٥")
  })

  it("never needs more than four figures below a terawatt", () => {
    fc.assert(
      fc.property(fc.double({ min: -9e11, max: 9e11, noNaN: true }), (watts) => {
        assert.isAtMost(formatPower(watts, "en").value.replaceAll(/\D/g, "").length, 3)
      })
    )
  })
})

describe("formatEnergy, formatTick and formatShare", () => {
  it("say it in their unit", () => {
    assert.deepStrictEqual(formatEnergy(8421, "en"), { value: "8.42", unit: "kWh" })
    assert.deepStrictEqual(formatTick(500, 2000, "en"), { value: "0.5", unit: "kW" })
    assert.deepStrictEqual(formatTick(-500, 750, "en"), { value: "−500", unit: "W" })
    assert.strictEqual(formatShare(0.256, "en"), "26%")
    assert.strictEqual(formatShare(0.001, "en"), "<\u20091%")
    assert.strictEqual(formatShare(0, "en"), "0%")
  })
})

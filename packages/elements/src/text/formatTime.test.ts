import { assert, describe, it } from "vitest"
import { formatAge, formatTime } from "./formatTime.ts"

describe("formatTime", () => {
  it("uses the clock of the location", () => {
    const at = Date.UTC(2026, 10, 21, 10, 5, 9)
    assert.strictEqual(formatTime(at, { locale: "de", zone: "Europe/Berlin" }), "11:05")
    assert.strictEqual(formatTime(at, { locale: "de", zone: "Asia/Kathmandu" }, true), "15:50:09")
  })
})

describe("formatAge", () => {
  it("says it in the largest unit that fits", () => {
    const table: ReadonlyArray<readonly [number, string]> = [
      [-5, "now"],
      [9999, "now"],
      [59_999, "59 seconds ago"],
      [60_000, "1 minute ago"],
      [7_200_000, "2 hours ago"],
      [200_000_000, "2 days ago"]
    ]
    for (const [ms, text] of table) assert.strictEqual(formatAge(ms, "en"), text)
  })
})

import { assert, describe, it } from "vitest"
import { paths } from "./chartPaths.ts"

const frame = { left: 10, top: 0, width: 40, height: 100 }
const scale = { low: -50, high: 50, ticks: [] }

describe("chartPaths", () => {
  it("draws runs and leaves gaps", () => {
    const { area, line } = paths([0, 50, undefined, -50, undefined], frame, scale)
    assert.strictEqual(line, "M10 50L20 0M40 100h0")
    assert.strictEqual(area, "M10 50L10 50L20 0L20 50ZM40 50L40 100L40 50Z")
  })

  it("draws nothing from nothing", () => {
    assert.deepStrictEqual(paths([undefined], frame, scale), { line: "", area: "" })
  })
})

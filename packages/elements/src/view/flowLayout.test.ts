import { assert, describe, it } from "vitest"
import { layout, wayBetween } from "./flowLayout.ts"

const all = ["grid", "solar", "battery"] as const

describe("flowLayout", () => {
  it.each([200, 300, 360, 460, 2000])(
    "keeps circles apart and inside the picture at %d pixels",
    (available) => {
      for (const present of [
        [],
        ["grid"],
        ["solar"],
        ["grid", "solar"],
        ["grid", "battery"],
        [...all]
      ] as const) {
        const { circles, height, width } = layout(available, present)
        const placed = Object.values(circles)
        assert.strictEqual(placed.length, present.length + 1)
        for (const [index, { r, x, y }] of placed.entries()) {
          assert.isTrue(x - r >= 0 && x + r <= width && y - r >= 0 && y + r <= height)
          for (const other of placed.slice(index + 1))
            assert.isAbove(Math.hypot(x - other.x, y - other.y), r + other.r + 16)
        }
      }
    }
  )

  it("leads from edge to edge", () => {
    assert.deepStrictEqual(wayBetween({ x: 0, y: 0, r: 10 }, { x: 100, y: 0, r: 20 }), [18, 0, 72, 0])
  })
})

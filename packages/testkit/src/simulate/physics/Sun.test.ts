import { assert, describe, it } from "vitest"
import * as Sun from "./Sun.ts"

const degrees = (radians: number): number => (radians * 180) / Math.PI

describe("Sun", () => {
  it("stands where the almanac says", () => {
    // Greenwich, June solstice 2026, true noon is two minutes after twelve.
    const june = Sun.position(Date.UTC(2026, 5, 21, 12, 2), 51.4779, 0)
    assert.closeTo(degrees(june.elevation), 90 - 51.4779 + 23.436, 0.1)
    assert.closeTo(degrees(june.azimuth), 180, 0.5)
    // Equator, March equinox 2026 (20 March, 14:46 UTC), local noon at 37.5° west.
    const march = Sun.position(Date.UTC(2026, 2, 20, 14, 37, 30), 0, -37.5)
    assert.closeTo(degrees(march.elevation), 90, 2)
    // South of the tropics the noon sun stands in the north.
    const sydney = Sun.position(Date.UTC(2026, 5, 21, 1, 57), -33.87, 151.21)
    assert.isAbove(Math.cos(sydney.azimuth), 0.99)
    assert.closeTo(degrees(sydney.elevation), 90 - 33.87 - 23.436, 0.2)
  })

  it("rises in the east", () => {
    const morning = Sun.position(Date.UTC(2026, 2, 21, 7), 51.5, 0)
    assert.isTrue(degrees(morning.azimuth) > 90 && degrees(morning.azimuth) < 120)
  })

  it("gives no light below the horizon and a plausible beam above it", () => {
    assert.strictEqual(Sun.onPlane({ elevation: -0.001, azimuth: 3 }, 35, 180, 1, 0), 0)
    const clear = Sun.clearBeam(Math.PI / 3)
    assert.isTrue(clear > 850 && clear < 1_000, `${clear}`)
    assert.isBelow(Sun.onPlane({ elevation: 0.9, azimuth: Math.PI }, 35, 180, 0, 1), 0.25 * clear)
  })
})

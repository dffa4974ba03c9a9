import { assert, describe, it } from "vitest"
import * as House from "../house/House.ts"
import { checksum } from "./dsmr/checksum.ts"
import * as Speaking from "./Speaking.ts"
import type { Spoken } from "./Spoken.ts"

const hour = 3_600_000
/** Two hours before the clocks are set back. */
const from = Date.parse("2026-10-24T23:00:00Z")
const house = House.make({ start: from - hour, seed: 3, phases: 3 })
const night = [...Speaking.speak(house, { from, until: from + 3 * hour })]
const on = (topic: string) => night.filter((one) => one.topic === topic)

const message = (at: number, over: Partial<Spoken> = {}): Spoken => ({
  at,
  topic: "t",
  payload: String(at),
  retain: false,
  qos: 1,
  ...over
})

describe("a house that speaks", () => {
  it("says the same whenever it is asked, in the order of time", () => {
    assert.deepStrictEqual([...Speaking.speak(house, { from, until: from + 3 * hour })], night)
    assert.isTrue(night.every(({ at }, i) => i === 0 || at >= (night[i - 1]?.at ?? 0)))
  })

  it("has clocks of which some do not tell the hour that comes twice apart", () => {
    const walls = on("tele/head/SENSOR").map(({ payload }) => /"Time":"([^"]+)"/.exec(payload)?.[1])
    assert.strictEqual(walls.filter((wall) => wall === "2026-10-25T02:30:00").length, 2)
    const stamps = on("meter/telegram").map(({ payload }) => /0-0:1\.0\.0\((\w+)\)/.exec(payload)?.[1])
    assert.strictEqual(stamps.filter((stamp) => stamp === "261025023000S").length, 1)
    assert.strictEqual(stamps.filter((stamp) => stamp === "261025023000W").length, 1)
  })

  it("puts the checksum behind a telegram that its readers compute", () => {
    assert.strictEqual(checksum("123456789"), "BB3D")
    for (const { payload } of on("meter/telegram")) {
      const end = payload.indexOf("!") + 1
      assert.strictEqual(payload.slice(end, end + 4), checksum(payload.slice(0, end)))
    }
  })

  it("loses the yield of an inverter at night", () => {
    assert.include(
      on("inverter/garage/ch0/YieldTotal").map(({ payload }) => payload),
      "0.000"
    )
  })

  it("has a truth of its own, in which what goes in and out is the difference of registers", () => {
    const within = { from: from + hour, until: from + 2 * hour }
    const grids = Speaking.truth(house, within).filter(({ subject }) =>
      ["head", "shellypro3em-grid", "dsmr", "E0043007052870318"].includes(subject)
    )
    assert.strictEqual(grids.length, 4)
    for (const { exportWh, importWh, powerW } of grids) {
      const minutes = [...powerW].filter(([at]) => at > within.from).map(([, watts]) => watts / 60)
      const net = minutes.reduce((sum, one) => sum + one, 0)
      assert.closeTo((importWh ?? 0) - (exportWh ?? 0), net, 0.01)
    }
  })
})

describe("what carries messages", () => {
  it("hands some on twice, and after a cut what it kept and what was under way", () => {
    const kept = message(1, { topic: "kept", retain: true, payload: "a" })
    const gone = message(2, { topic: "gone", retain: true, payload: "b" })
    const spoken = [
      kept,
      gone,
      message(3, { topic: "gone", retain: true, payload: "" }),
      message(4, { qos: 0 })
    ]
    const carried = [
      ...Speaking.carry([...spoken, message(5), message(9)], { cuts: [7], oneTwiceIn: 4 })
    ].map(({ at, isRetained, topic }) => `${at} ${topic}${isRetained ? " kept" : ""}`)
    assert.deepStrictEqual(carried, [
      "1 kept",
      "2 gone",
      "3 gone",
      "4 t",
      "5 t",
      "45 t",
      "7 kept kept",
      "7 kept",
      "7 gone",
      "7 gone",
      "7 t",
      "9 t"
    ])
  })
})

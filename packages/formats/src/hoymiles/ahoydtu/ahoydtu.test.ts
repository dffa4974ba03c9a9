import { assert, describe, it } from "vitest"
import { say, testExamples } from "../../exampleTests.fixture.ts"
import { ahoydtu } from "./ahoydtu.ts"

const read = (topic: string, payload: string) => say(ahoydtu.makeReader(), topic, payload)

describe("ahoydtu", () => {
  testExamples(ahoydtu)

  it("knows what the inverter gives from what its strings give", () => {
    assert.strictEqual(read("inverter/roof/ch0/P_DC", "75"), "nothing: is the sum of the strings")
    assert.strictEqual(read("inverter/roof/ch0", '{"P_DC":75,"P_AC":71}'), "roof main: powerW -71")
  })

  it("knows who is not there", () => {
    assert.strictEqual(read("inverter/roof/available", "0"), "roof is offline")
    assert.strictEqual(read("inverter/roof/last_success", "1672155690"), "nothing: says nothing of energy")
    assert.strictEqual(read("inverter/uptime", "5"), "nothing: says nothing of energy")
    assert.strictEqual(read("other/uptime", "5"), "not of this format")
  })
})

import { assert, describe, it } from "vitest"
import { say, testExamples } from "../../exampleTests.fixture.ts"
import { opendtu } from "./opendtu.ts"

const read = (topic: string, payload: string) => say(opendtu.makeReader(), topic, payload)

describe("opendtu", () => {
  testExamples(opendtu)

  it("knows bases of two levels", () => {
    assert.strictEqual(read("roof/solar/116180212345/0/power", "1"), "116180212345 main: powerW -1")
    assert.strictEqual(read("roof/solar/ac/yieldtotal", "2"), "solar/ac main: exportWh 2000")
  })

  it("makes no negative zero at night", () => {
    assert.strictEqual(read("solar/116180212345/0/power", "0"), "116180212345 main: powerW 0")
  })

  it("knows what says nothing of energy", () => {
    for (const topic of [
      "116180212345/cmd/limit",
      "116180212345/name",
      "116180212345/radio/rssi",
      "dtu/uptime"
    ]) {
      assert.strictEqual(read(`solar/${topic}`, "5"), "nothing: says nothing of energy")
    }
  })

  it("leaves other topics alone", () => {
    assert.strictEqual(read("solar/kitchen/0/power", "1"), "not of this format")
    assert.strictEqual(read("solar/116180212345/other/power", "1"), "not of this format")
    assert.strictEqual(read("solar/116180212345/0/phase", "1"), "nothing: phase is none of its quantities")
  })
})

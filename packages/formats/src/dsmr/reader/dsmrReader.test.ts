import { Instant } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { say, testExamples } from "../../exampleTests.fixture.ts"
import { dsmrReader } from "./dsmrReader.ts"

describe("dsmr-reader", () => {
  testExamples(dsmrReader)

  it("takes a 0 of one direction for no power only with that of the other", () => {
    const reader = dsmrReader.makeReader()
    const send = (name: string, value: string) =>
      say(reader, `dsmr/reading/electricity_currently_${name}`, value)
    assert.match(send("delivered", "0"), /^nothing/)
    assert.strictEqual(send("returned", "0.5"), "dsmr main: powerW -500")
    assert.match(send("delivered", "0"), /^nothing/)
    assert.strictEqual(send("returned", "0"), "dsmr main: powerW 0")
    assert.strictEqual(send("delivered", "0.25"), "dsmr main: powerW 250")
  })

  it("adds up what came with one telegram, and never with another one", () => {
    const reader = dsmrReader.makeReader()
    const at = Instant.fromStringOrThrow("2026-01-09T18:00:00Z")
    const send = (name: string, value: string, ms: number) =>
      say(reader, `dsmr/reading/electricity_${name}`, value, { receivedAt: Instant.plus(at, ms) })
    assert.match(send("delivered_1", "1", 0), /^nothing/)
    assert.match(send("delivered_2", "2", 3), /importWh 3000/)
    // The high tariff holds: only the second register advances, and its message comes last.
    assert.match(send("delivered_1", "1", 10_000), /^nothing/)
    assert.match(send("delivered_2", "2.5", 10_003), /importWh 3500/)
    // A message that comes twice puts nothing out of step.
    assert.match(send("delivered_2", "2.5", 10_040), /^nothing/)
    assert.match(send("delivered_1", "1", 20_000), /^nothing/)
    assert.match(send("delivered_2", "3", 20_003), /importWh 4000/)
    // From taking to giving there is no moment without power.
    assert.match(send("currently_delivered", "0.5", 20_004), /powerW 500/)
    assert.match(send("currently_returned", "0", 20_005), /powerW 500/)
    assert.match(send("currently_delivered", "0", 30_004), /^nothing/)
    assert.match(send("currently_returned", "0.7", 30_005), /powerW -700/)
  })

  it("remembers what a broker kept, and tells it apart by meter", () => {
    const reader = dsmrReader.makeReader()
    say(reader, "one/reading/electricity_delivered_1", "1", { isRetained: true })
    assert.match(say(reader, "two/reading/electricity_delivered_2", "2"), /^nothing/)
    assert.strictEqual(say(reader, "one/reading/electricity_delivered_2", "2"), "one main: importWh 3000")
  })

  it("says what it cannot read", () => {
    const reader = dsmrReader.makeReader()
    assert.strictEqual(say(reader, "dsmr/reading/electricity_delivered_1", "x"), "malformed: is not a number")
    assert.strictEqual(say(reader, "dsmr/reading/electricity_delivered_1", "None"), "nothing: is empty")
    assert.strictEqual(say(reader, "dsmr/json", "{"), "malformed: is not JSON")
    assert.strictEqual(say(reader, "dsmr/json", "[]"), "nothing: holds no values")
    assert.strictEqual(say(reader, "others/json", '{"power":5}'), "not of this format")
    assert.strictEqual(say(reader, "others/reading/power", "5"), "not of this format")
    assert.strictEqual(say(reader, "dsmr/other", "1"), "not of this format")
  })
})

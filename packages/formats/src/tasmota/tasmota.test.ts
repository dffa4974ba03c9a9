import { assert, describe, it } from "vitest"
import { say, testExamples } from "../exampleTests.fixture.ts"
import { tasmota } from "./tasmota.ts"

const read = (payload: string, topic = "tele/k/SENSOR") => say(tasmota.makeReader(), topic, payload)
const energy = (members: string) => read(`{"Time":"2026-01-09T18:57:39","ENERGY":{${members}}}`)

describe("tasmota", () => {
  testExamples(tasmota)

  it("takes no day register and no delta for a lifetime register", () => {
    assert.strictEqual(energy('"Today":1.5,"Yesterday":2,"Period":12'), "nothing: holds no values")
  })

  it("adds channels up only where all of them say something", () => {
    assert.strictEqual(energy('"Power":[100,null]'), "k 1: powerW 100")
    assert.strictEqual(
      energy('"Total":[1,2]'),
      "k main: importWh 3000\nk 1: importWh 1000\nk 2: importWh 2000"
    )
    assert.strictEqual(energy('"Power":[100]'), "k main: powerW 100")
  })

  it("reads export as a number too", () => {
    assert.strictEqual(energy('"ExportActive":4.5,"ExportTariff":[1,3.5]'), "k main: exportWh 4500")
  })

  it("takes null and nan for nothing", () => {
    assert.strictEqual(energy('"Power":null,"Voltage":nan'), "nothing: holds no values")
  })

  it("knows times in seconds, and clocks that were not set", () => {
    assert.strictEqual(
      read('{"Time":1767981459,"ENERGY":{"Power":1}}'),
      "k main: powerW 1 at 2026-01-09T17:57:39Z"
    )
    assert.strictEqual(read('{"Time":"1970-01-01T00:00:12Z","ENERGY":{"Power":1}}'), "k main: powerW 1")
  })

  it("knows other orders of the topic", () => {
    const payload = '{"ENERGY":{"Power":1}}'
    assert.strictEqual(read(payload, "tasmota/tele/k/SENSOR"), "k main: powerW 1")
    assert.strictEqual(read(payload, "tasmota/k/tele/SENSOR"), "k main: powerW 1")
    assert.strictEqual(read(payload, "k/tele/SENSOR"), "k main: powerW 1")
    assert.strictEqual(read(payload, "tele/up/k/SENSOR"), "up/k main: powerW 1")
    assert.strictEqual(read(payload, "other/k/SENSOR"), "not of this format")
  })

  it("keeps what it does not know under its name", () => {
    assert.strictEqual(
      read('{"AM2301":{"Temperature":20.5,"Humidity":49}}'),
      "k AM2301: temperatureC 20.5, Humidity 49?"
    )
  })

  it("reads of what a broker kept only what has a time of its own", () => {
    const reader = tasmota.makeReader()
    const kept = { isRetained: true }
    assert.match(
      say(reader, "tele/k/SENSOR", '{"Time":"2026-01-09T18:57:39","ENERGY":{"Power":1}}', kept),
      /^nothing/
    )
    assert.strictEqual(
      say(reader, "tele/k/SENSOR", '{"Time":"2026-01-09T18:57:39Z","ENERGY":{"Power":1}}', kept),
      "k main: powerW 1 at 2026-01-09T18:57:39Z"
    )
    assert.strictEqual(say(reader, "tele/k/LWT", "Online", kept), "k is online")
  })

  it("knows what says nothing of energy", () => {
    for (const topic of ["stat/k/RESULT", "stat/k/POWER", "tele/k/INFO1", "tasmota/k/stat/POWER"]) {
      assert.strictEqual(read("ON", topic), "nothing: says nothing of energy")
    }
  })

  it("says what it cannot read", () => {
    assert.strictEqual(read("{"), "malformed: is not JSON")
    assert.strictEqual(read("", "tele/k/SENSOR"), "nothing: is empty")
  })
})

import { assert, describe, it } from "vitest"
import { say, testExamples } from "../../exampleTests.fixture.ts"
import type { Reader } from "../../Format.ts"
import { shellyGen2 } from "./shellyGen2.ts"

const notify = (reader: Reader, params: unknown, parts = {}) =>
  say(reader, "s/events/rpc", JSON.stringify({ src: "x", method: "NotifyStatus", params }), parts)

describe("shelly-gen2", () => {
  testExamples(shellyGen2)

  it("keeps the registers of both directions when only one is sent", () => {
    const reader = shellyGen2.makeReader()
    const both = { aenergy: { total: 100 }, ret_aenergy: { total: 30 } }
    assert.strictEqual(notify(reader, { "pm1:0": both }), "s pm1:0: importWh 70, exportWh 30")
    assert.strictEqual(notify(reader, { "pm1:0": { aenergy: { total: 110 } } }), "s pm1:0: importWh 80")
    assert.strictEqual(notify(reader, { "pm1:0": { ret_aenergy: { total: 40 } } }), "s pm1:0: exportWh 40")
  })

  it("forgets what is null", () => {
    const reader = shellyGen2.makeReader()
    notify(reader, { "switch:0": { apower: 5, voltage: 230 } })
    assert.strictEqual(notify(reader, { "switch:0": { apower: 6, voltage: null } }), "s switch:0: powerW 6")
    assert.strictEqual(notify(reader, { "switch:0": { apower: null } }), "nothing: holds no values")
  })

  it("leaves out what comes again after others, as it does when a connection breaks", () => {
    const reader = shellyGen2.makeReader()
    const first = { ts: 1767981459.5, "switch:0": { apower: 5, voltage: 230 } }
    const second = { ts: 1767981460.5, "switch:0": { apower: 6 } }
    const third = { ts: 1767981461.5, "switch:0": { voltage: 229 } }
    const said = (params: unknown) => notify(reader, params).replace(/ at .*/, "")
    assert.strictEqual(said(first), "s switch:0: powerW 5, voltageV 230")
    assert.strictEqual(said(second), "s switch:0: powerW 6, voltageV 230")
    assert.strictEqual(said(second), "s switch:0: powerW 6, voltageV 230")
    assert.strictEqual(said(first), "nothing: holds no values")
    assert.strictEqual(said(second), "s switch:0: powerW 6, voltageV 230")
    assert.strictEqual(said(third), "s switch:0: powerW 6, voltageV 229")
    // A clock that was set back tells new times.
    assert.strictEqual(
      said({ ts: 1767981450.5, "switch:0": { apower: 7 } }),
      "s switch:0: powerW 7, voltageV 229"
    )
  })

  it("knows devices, their components and prefixes apart", () => {
    const reader = shellyGen2.makeReader()
    notify(reader, { "switch:0": { apower: 5, voltage: 230 } })
    assert.strictEqual(notify(reader, { "switch:1": { apower: 6 } }), "s switch:1: powerW 6")
    assert.strictEqual(say(reader, "a/s/status/switch:0", '{"apower":7}'), "a/s switch:0: powerW 7")
    assert.strictEqual(say(reader, "a/b/s/online", "false"), "a/b/s is offline")
  })

  it("fills its memory with what a broker kept, but makes no reading of it", () => {
    const reader = shellyGen2.makeReader()
    const kept = say(reader, "s/status/switch:0", '{"voltage":231,"apower":1}', { isRetained: true })
    assert.match(kept, /^nothing: was kept/)
    assert.strictEqual(notify(reader, { "switch:0": { apower: 2 } }), "s switch:0: powerW 2, voltageV 231")
  })

  it("takes the time of arrival where the clock was not set", () => {
    const reader = shellyGen2.makeReader()
    assert.strictEqual(notify(reader, { ts: null, "switch:0": { apower: 1 } }), "s switch:0: powerW 1")
    assert.strictEqual(notify(reader, { ts: 12.5, "switch:0": { apower: 1 } }), "s switch:0: powerW 1")
  })

  it("knows who speaks where no broker is between", () => {
    const payload = '{"src":"shellyplugsg3-1","method":"NotifyFullStatus","params":{"switch:0":{"apower":1}}}'
    assert.strictEqual(
      say(shellyGen2.makeReader(), "shelly-gen2/rpc", payload),
      "shellyplugsg3-1 switch:0: powerW 1"
    )
    assert.strictEqual(
      say(shellyGen2.makeReader(), "shelly-gen2/rpc", "{}"),
      "malformed: does not say who sends it"
    )
  })

  it("leaves others' topics alone", () => {
    const reader = shellyGen2.makeReader()
    assert.strictEqual(say(reader, "solar/116180212345/status/reachable", "1"), "not of this format")
    assert.strictEqual(say(reader, "kitchen/online", "perhaps"), "not of this format")
    assert.strictEqual(say(reader, "s/status/wifi:0", "{}"), "nothing: says nothing of energy")
    assert.strictEqual(say(reader, "s/status/sys", '{"uptime":5}'), "nothing: says nothing of energy")
    assert.strictEqual(
      say(reader, "s/events/rpc", '{"method":"NotifyEvent"}'),
      "nothing: says nothing of energy"
    )
  })
})

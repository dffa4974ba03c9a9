import { assert, describe, it } from "vitest"
import { say, testExamples } from "../exampleTests.fixture.ts"
import { zigbee2mqtt } from "./zigbee2mqtt.ts"

const list = (name: string, property: string, unit: string) =>
  JSON.stringify([
    {
      friendly_name: name,
      definition: { exposes: [{ type: "switch", features: [{ property, unit, type: "numeric" }] }] }
    }
  ])

describe("zigbee2mqtt", () => {
  testExamples(zigbee2mqtt)

  it("leaves a voltage unknown until the bridge told its unit", () => {
    const reader = zigbee2mqtt.makeReader()
    assert.strictEqual(say(reader, "zigbee2mqtt/plug", '{"voltage":230}'), "plug main: voltage 230?")
    say(reader, "zigbee2mqtt/bridge/devices", list("plug", "voltage", "V"), { isRetained: true })
    assert.strictEqual(say(reader, "zigbee2mqtt/plug", '{"voltage":230}'), "plug main: voltageV 230")
  })

  it("knows another base by its list", () => {
    const reader = zigbee2mqtt.makeReader()
    assert.strictEqual(say(reader, "up/z2m/a/b", '{"power":1}'), "not of this format")
    assert.strictEqual(say(reader, "up/z2m/bridge/devices", list("a/b", "power", "kW")), "describes a/b")
    assert.strictEqual(say(reader, "up/z2m/a/b", '{"power":1}'), "a/b main: powerW 1000")
    assert.strictEqual(say(reader, "up/z2m/a/b/availability", "online"), "a/b is online")
    assert.strictEqual(say(reader, "up/other", '{"power":1}'), "not of this format")
  })

  it("tells outlets apart", () => {
    const reader = zigbee2mqtt.makeReader()
    const payload = '{"power_l1":5,"power_l2":6,"state_l1":"ON","energy":null}'
    assert.strictEqual(say(reader, "zigbee2mqtt/strip", payload), "strip l1: powerW 5\nstrip l2: powerW 6")
  })

  it("makes no sum where a phase is missing", () => {
    const reader = zigbee2mqtt.makeReader()
    const payload = '{"power":5,"power_phase_b":6}'
    assert.strictEqual(say(reader, "zigbee2mqtt/m", payload), "m l1: powerW 5\nm l2: powerW 6")
    assert.strictEqual(
      say(reader, "zigbee2mqtt/m", '{"power_phase_a":1,"power_phase_b":2,"power_phase_c":3}'),
      "m main: powerW 6\nm l1: powerW 1\nm l2: powerW 2\nm l3: powerW 3"
    )
  })

  it("reads times in every form the bridge writes them", () => {
    const reader = zigbee2mqtt.makeReader()
    const at = (seen: string) => say(reader, "zigbee2mqtt/p", `{"power":1,"last_seen":${seen}}`)
    assert.strictEqual(at("1767981459000"), "p main: powerW 1 at 2026-01-09T17:57:39Z")
    assert.strictEqual(at('"2026-01-09T17:57:39.000Z"'), "p main: powerW 1 at 2026-01-09T17:57:39Z")
    assert.strictEqual(at("null"), "p main: powerW 1")
  })
})

import { Instant } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { message, say } from "../../exampleTests.fixture.ts"
import { readerOf } from "../../formats.ts"
import { homeAssistant } from "../homeassistant.ts"
import { announce, isBirth, migrate, withdraw } from "./announce.ts"
import { type Announcement, configTopic, type Shown, usualPlaces as places } from "./Announcement.ts"
import { keyOf } from "./components.ts"
import { devicePresence, presence, stateOf } from "./state.ts"

const quantity = (name: Extract<Shown, { kind: "quantity" }>["quantity"], channel = "main"): Shown => ({
  kind: "quantity",
  quantity: name,
  channel
})
const cost: Shown = { kind: "cost", channel: "main", currency: "EUR", isPeriodic: true }
const device: Announcement = {
  deviceId: "meter:1",
  name: "Grid meter",
  shown: [quantity("powerW"), quantity("importWh"), quantity("exportWh"), quantity("voltageV", "L-1"), cost]
}

interface Payload {
  readonly [name: string]: unknown
  readonly components: { readonly [key: string]: { readonly [name: string]: unknown } }
}
const payloadOf = (text: string) => JSON.parse(text) as Payload

describe("home assistant's discovery, outbound", () => {
  it("announces a device as the energy dashboard wants it", () => {
    const { payload, retain, topic } = announce(places, device)
    assert.strictEqual(topic, "homeassistant/device/wattkit_meter_3a1/config")
    assert.isTrue(retain)
    const { components, ...shared } = payloadOf(payload)
    assert.deepStrictEqual(shared, {
      device: { identifiers: ["wattkit_meter_3a1"], name: "Grid meter" },
      origin: { name: "wattkit", sw_version: "0" },
      state_topic: "wattkit/meter_3a1/state",
      availability: [{ topic: "wattkit/status" }, { topic: "wattkit/meter_3a1/availability" }],
      availability_mode: "all",
      qos: 1
    })
    assert.deepStrictEqual(components["importWh"], {
      p: "sensor",
      unique_id: "wattkit_meter_3a1_importWh",
      value_template: "{{ value_json.importWh }}",
      name: "Energy import",
      device_class: "energy",
      state_class: "total_increasing",
      unit_of_measurement: "kWh",
      suggested_display_precision: 3
    })
    assert.deepStrictEqual(components["cost"], {
      p: "sensor",
      unique_id: "wattkit_meter_3a1_cost",
      value_template: "{{ value_json.cost }}",
      name: "Cost",
      device_class: "monetary",
      state_class: "total",
      unit_of_measurement: "EUR",
      suggested_display_precision: 2,
      last_reset_value_template: "{{ value_json.cost_since }}"
    })
    assert.strictEqual(components["powerW"]?.["state_class"], "measurement")
    assert.strictEqual(components["voltageV_L_2d1"]?.["name"], "Voltage L-1")
    const ids = Object.values(components).map((one) => one["unique_id"])
    assert.strictEqual(new Set(ids).size, device.shown.length)
  })

  it("names what is not shown any more, so that it goes", () => {
    const before = device.shown
    const { components } = payloadOf(
      announce(places, { ...device, shown: [quantity("powerW")] }, before).payload
    )
    assert.deepStrictEqual(components["importWh"], { p: "sensor" })
    assert.strictEqual(components["powerW"]?.["device_class"], "power")
  })

  it("says all numbers in the units it announced, and null for what is not known", () => {
    const since = Instant.fromStringOrThrow("2026-06-01T00:00:00+02:00")
    const state = stateOf(
      places,
      device,
      new Map([
        ["main", { quantities: { powerW: -5.5, importWh: 1234.567 }, cost: { amount: "12.34", since } }]
      ])
    )
    assert.strictEqual(state.topic, "wattkit/meter_3a1/state")
    assert.deepStrictEqual(JSON.parse(state.payload), {
      powerW: -5.5,
      importWh: 1.234567,
      exportWh: null,
      voltageV_L_2d1: null,
      cost: "12.34",
      cost_since: "2026-05-31T22:00:00Z"
    })
    assert.deepStrictEqual(presence(places, false), {
      topic: "wattkit/status",
      payload: "offline",
      retain: true
    })
  })

  it("announces in a form that is read back the same, had somebody else announced it", () => {
    const shown = device.shown.slice(0, 3)
    const others = { ...places, base: "other" }
    const config = announce(others, { ...device, shown })
    const values = { powerW: 100, importWh: 1234.567, exportWh: 5 }
    const state = stateOf(others, { ...device, shown }, new Map([["main", { quantities: values }]]))
    const reader = homeAssistant.makeReader()
    say(reader, config.topic, config.payload.replace('"name":"wattkit"', '"name":"other"'))
    assert.strictEqual(
      say(reader, state.topic, state.payload),
      "wattkit_meter_3a1 main: powerW 100, importWh 1234.567, exportWh 5"
    )
    assert.deepStrictEqual(
      [...(reader.learned?.() ?? [])],
      ["other/meter_3a1/state", "other/status", "other/meter_3a1/availability"]
    )
  })

  it("is never read back, whoever announced it and whatever else could read it", () => {
    const { shown } = device
    const values = { powerW: 100, importWh: 1234.567, exportWh: 5 }
    const state = stateOf(places, device, new Map([["main", { quantities: values }]]))
    const config = announce(places, { ...device, shown })
    const forged = { ...config, payload: config.payload.replace('"name":"wattkit"', '"name":"other"') }
    for (const first of [[], [config], [forged]]) {
      const reader = readerOf()
      const said = [...first, presence(places, true), devicePresence(places, "meter:1", true), state].map(
        ({ payload, topic }) => reader.read(message(topic, payload))?.told.kind
      )
      assert.notInclude(said, "readings")
      assert.notInclude(said, "status")
      assert.notInclude(said, undefined)
    }
  })

  it("has a name of its own for every device and every channel", () => {
    const ids = ["a:b", "a_3ab", "a.b", "a_2eb", "a_5f3ab", "a-b", "a_b", "a_2db"]
    assert.strictEqual(new Set(ids.map((id) => configTopic(places, id))).size, ids.length)
    assert.strictEqual(new Set(ids.map((id) => keyOf(quantity("powerW", id)))).size, ids.length)
  })

  it("withdraws by emptying, asks again at the birth of Home Assistant, and moves in three steps", () => {
    assert.deepStrictEqual(
      withdraw(places, "m").map(({ payload, retain, topic }) => [topic, payload, retain]),
      [
        ["homeassistant/device/wattkit_m/config", "", true],
        ["wattkit/m/state", "", true],
        ["wattkit/m/availability", "", true]
      ]
    )
    assert.isTrue(isBirth(places, "homeassistant/status", "online"))
    assert.isFalse(isBirth(places, "homeassistant/status", "offline"))
    const old = ["homeassistant/sensor/a/config", "homeassistant/sensor/b/config"]
    const steps = migrate(places, device, old)
    assert.deepStrictEqual(
      steps.map(({ topic }) => topic),
      [...old, "homeassistant/device/wattkit_meter_3a1/config", ...old]
    )
    assert.deepStrictEqual(JSON.parse(steps[0]!.payload), { migrate_discovery: true })
    assert.strictEqual(steps[4]!.payload, "")
  })
})

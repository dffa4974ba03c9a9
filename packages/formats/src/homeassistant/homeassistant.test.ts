import { assert, describe, it } from "vitest"
import { say, testExamples } from "../exampleTests.fixture.ts"
import type { Reader } from "../Format.ts"
import { homeAssistant, homeAssistantWith } from "./homeassistant.ts"

const entity = (id: string, parts: object): [topic: string, payload: string] => [
  `homeassistant/sensor/d/${id}/config`,
  JSON.stringify({
    name: id,
    unique_id: `d_${id}`,
    state_topic: `d/${id}`,
    device: { identifiers: ["d"] },
    ...parts
  })
]
const power = (id: string, parts: object = {}) =>
  entity(id, { device_class: "power", unit_of_measurement: "W", state_class: "measurement", ...parts })
const energy = (id: string, parts: object = {}) =>
  entity(id, {
    device_class: "energy",
    unit_of_measurement: "kWh",
    state_class: "total_increasing",
    ...parts
  })

const readerOf = (...configs: ReadonlyArray<[topic: string, payload: string]>): Reader => {
  const reader = homeAssistant.makeReader()
  for (const [topic, payload] of configs) {
    assert.match(say(reader, topic, payload, { isRetained: true }), /^describes/, topic)
  }
  return reader
}

describe("home assistant's discovery, inbound", () => {
  testExamples(homeAssistant)

  it("knows nothing before it was announced, and nothing any more when the announcement is emptied", () => {
    const reader = homeAssistant.makeReader()
    assert.strictEqual(say(reader, "d/power", "5"), "not of this format")
    const [topic, payload] = power("power")
    assert.strictEqual(say(reader, topic, payload), "describes d")
    assert.strictEqual(say(reader, "d/power", "5"), "d main: powerW 5")
    assert.strictEqual(say(reader, topic, "", { isRetained: true }), "describes d")
    assert.strictEqual(say(reader, "d/power", "5"), "not of this format")
  })

  it("takes no value for one of now that a broker kept", () => {
    const reader = readerOf(power("power"))
    assert.match(say(reader, "d/power", "5", { isRetained: true }), /^nothing/)
  })

  it("understands the short names, the base of topics, and other prefixes", () => {
    const reader = homeAssistantWith("ha").makeReader()
    const config = {
      "~": "tele/plug",
      stat_t: "~/SENSOR",
      avty_t: "~/LWT",
      pl_avail: "Online",
      pl_not_avail: "Offline",
      uniq_id: "ABC_energy",
      dev_cla: "energy",
      stat_cla: "total_increasing",
      unit_of_meas: "kWh",
      val_tpl: "{{ value_json['ENERGY']['Total'] }}",
      dev: { cns: [["mac", "AA:BB"]], mf: "Tasmota" }
    }
    assert.strictEqual(say(reader, "ha/sensor/ABC_energy/config", JSON.stringify(config)), "describes AA:BB")
    assert.strictEqual(
      say(reader, "tele/plug/SENSOR", '{"ENERGY":{"Total":1.5}}'),
      "AA:BB main: importWh 1500"
    )
    assert.strictEqual(say(reader, "tele/plug/LWT", "Online", { isRetained: true }), "AA:BB is online")
    assert.strictEqual(say(reader, "tele/plug/LWT", "Offline"), "AA:BB is offline")
    assert.match(say(reader, "tele/plug/LWT", "Maybe"), /^nothing/)
    assert.strictEqual(say(reader, "homeassistant/sensor/x/config", "{}"), "not of this format")
  })

  it("reads many entities of one topic at once, each by its template", () => {
    const shared = (id: string, path: string, parts: object) =>
      entity(id, { state_topic: "z/plug", value_template: `{{ value_json.${path} }}`, ...parts })
    const reader = readerOf(
      shared("power", "power", { device_class: "power", unit_of_measurement: "kW" }),
      shared("voltage", "voltage", { device_class: "voltage", unit_of_measurement: "mV" }),
      shared("energy", "e | float(0)", {
        device_class: "energy",
        unit_of_measurement: "J",
        state_class: "total_increasing"
      }),
      shared("temp", "t", { device_class: "temperature", unit_of_measurement: "°F" }),
      shared("pf", "pf", { device_class: "power_factor", unit_of_measurement: "%" }),
      shared("kva", "kva", { device_class: "apparent_power", unit_of_measurement: "kVA" }),
      shared("linkquality", "linkquality", { unit_of_measurement: "lqi" })
    )
    assert.strictEqual(
      say(
        reader,
        "z/plug",
        '{"power":0.25,"voltage":230100,"e":"3600","t":68,"pf":97,"kva":2,"linkquality":9}'
      ),
      "d main: powerW 250, importWh 1, voltageV 230.1, powerFactor 0.97, temperatureC 20, kva 2?"
    )
    assert.strictEqual(
      say(reader, "z/plug", '{"power":null,"voltage":"unavailable"}'),
      "nothing: no entity has a number in it"
    )
    assert.match(say(reader, "z/plug", "hello"), /^nothing/)
  })

  it("makes channels of entities that say the same quantity, and main of those that stand alone", () => {
    const reader = readerOf(power("l1"), power("phase two"), energy("total"))
    assert.strictEqual(say(reader, "d/l1", "5"), "d l1: powerW 5")
    assert.strictEqual(say(reader, "d/phase two", "6"), "d phase_two: powerW 6")
    assert.strictEqual(say(reader, "d/total", "2"), "d main: importWh 2000")
  })

  it("keeps the counter of the day beside that of the whole life, and takes it where it stands alone", () => {
    const both = readerOf(energy("energy_total"), energy("energy_today"))
    assert.strictEqual(say(both, "d/energy_total", "100"), "d main: importWh 100000")
    assert.strictEqual(say(both, "d/energy_today", "1"), "d main: energy_today 1?")
    const reset = readerOf(
      energy("a"),
      energy("b", { state_class: "total", last_reset_value_template: "{{ value_json.r }}" })
    )
    assert.strictEqual(say(reset, "d/b", "1"), "d main: b 1?")
    assert.strictEqual(say(readerOf(energy("energy_today")), "d/energy_today", "1"), "d main: importWh 1000")
    const meant = readerOf(energy("x", { state_class: "measurement" }))
    assert.strictEqual(say(meant, "d/x", "1"), "d main: x 1?")
  })

  it("tells export from import, and a producer from a consumer", () => {
    const meter = readerOf(energy("energy_import"), energy("energy_export"), power("power"))
    assert.strictEqual(say(meter, "d/energy_export", "2"), "d main: exportWh 2000")
    assert.strictEqual(say(meter, "d/power", "-40"), "d main: powerW -40")
    const inverter = readerOf(
      energy("yieldtotal"),
      energy("yieldday", { unit_of_measurement: "Wh" }),
      power("power")
    )
    assert.strictEqual(say(inverter, "d/yieldtotal", "2"), "d main: exportWh 2000")
    assert.strictEqual(say(inverter, "d/yieldday", "300"), "d main: yieldday 300?")
    assert.strictEqual(say(inverter, "d/power", "40"), "d main: powerW -40")
    assert.strictEqual(say(inverter, "d/power", "0"), "d main: powerW 0")
  })

  it("says why it cannot read an entity when its state comes", () => {
    const reader = readerOf(
      power("a", { value_template: "{{ states('sensor.b') }}" }),
      power("b", { unit_of_measurement: "lx" }),
      power("c", { unit_of_measurement: undefined })
    )
    assert.strictEqual(say(reader, "d/a", "1"), "malformed: a: in the template “states” is not understood")
    assert.strictEqual(say(reader, "d/b", "1"), "malformed: b: lx is no unit of power")
    assert.strictEqual(say(reader, "d/c", "1"), "malformed: c: power has no unit")
  })

  it("says nothing of one device where many share what tells their presence", () => {
    const bridge = { availability: [{ topic: "bridge/state", value_template: "{{ value_json.state }}" }] }
    const single = readerOf(power("power", bridge))
    assert.strictEqual(say(single, "bridge/state", '{"state":"offline"}'), "d is offline")
    const two = readerOf(power("power", bridge), power("other", { ...bridge, device: { ids: "e" } }))
    assert.strictEqual(say(two, "bridge/state", '{"state":"offline"}'), "describes d, e")
  })

  it("reads the device form: shared options, components that are gone, and other platforms", () => {
    const topic = "homeassistant/device/dtu/config"
    const payload = (components: object) =>
      JSON.stringify({
        dev: { ids: ["s1"] },
        o: { name: "OpenDTU" },
        "~": "solar",
        stat_t: "~/all",
        cmps: components
      })
    const p = { p: "sensor", dev_cla: "power", unit_of_meas: "W", val_tpl: "{{ value_json.p }}" }
    const reader = readerOf([
      topic,
      payload({ p, own: { ...p, stat_t: "~/own", val_tpl: "{{ value }}" }, s: { p: "switch" } })
    ])
    assert.strictEqual(say(reader, "solar/all", '{"p":5}'), "s1 p: powerW 5")
    assert.strictEqual(say(reader, "solar/own", "6"), "s1 own: powerW 6")
    assert.strictEqual(say(reader, topic, payload({ p, own: { p: "sensor" } })), "describes s1")
    assert.strictEqual(say(reader, "solar/all", '{"p":5}'), "s1 main: powerW 5")
    assert.strictEqual(say(reader, "solar/own", "6"), "not of this format")
    const gone = { p: "sensor" }
    assert.strictEqual(say(reader, topic, payload({ p: gone, own: gone })), "describes ")
    assert.strictEqual(say(reader, "solar/all", '{"p":5}'), "not of this format")
  })

  it("reads what OpenDTU, ESPHome and zigbee2mqtt announce", () => {
    const reader = readerOf(
      [
        "homeassistant/sensor/116181234567/0_yieldtotal/config",
        JSON.stringify({
          name: "YieldTotal",
          stat_t: "solar/116181234567/0/yieldtotal",
          uniq_id: "116181234567_ch0_YieldTotal",
          unit_of_meas: "kWh",
          dev_cla: "energy",
          stat_cla: "total_increasing",
          dev: { name: "Roof", ids: "116181234567", mf: "OpenDTU", mdl: "HM-600" },
          exp_aft: 25
        })
      ],
      [
        "homeassistant/sensor/meter/daily_energy/config",
        JSON.stringify({
          dev_cla: "energy",
          unit_of_meas: "kWh",
          stat_cla: "total_increasing",
          name: "Daily Energy",
          stat_t: "meter/sensor/daily_energy/state",
          avty_t: "meter/status",
          uniq_id: "ESPsensordaily_energy",
          dev: { ids: "a1b2c3", name: "meter", sw: "esphome v2026.5.0", mdl: "esp32dev", mf: "Espressif" }
        })
      ],
      [
        "homeassistant/sensor/0x00158d/power/config",
        JSON.stringify({
          availability: [
            { topic: "zigbee2mqtt/bridge/state", value_template: "{{ value_json.state }}" },
            { topic: "zigbee2mqtt/plug/availability", value_template: "{{ value_json.state }}" }
          ],
          availability_mode: "all",
          device: { identifiers: ["zigbee2mqtt_0x00158d"], name: "plug", via_device: "zigbee2mqtt_bridge" },
          device_class: "power",
          enabled_by_default: true,
          object_id: "plug_power",
          origin: { name: "Zigbee2MQTT", sw: "2.6.0", url: "https://www.zigbee2mqtt.io" },
          state_class: "measurement",
          state_topic: "zigbee2mqtt/plug",
          unique_id: "0x00158d_power_zigbee2mqtt",
          unit_of_measurement: "W",
          value_template: "{{ value_json.power }}"
        })
      ]
    )
    const values: ReadonlyArray<readonly [string, string, string]> = [
      ["solar/116181234567/0/yieldtotal", "1234.5", "116181234567 main: exportWh 1234500"],
      ["meter/sensor/daily_energy/state", "1.25", "a1b2c3 main: importWh 1250"],
      ["meter/status", "offline", "a1b2c3 is offline"],
      ["zigbee2mqtt/plug", '{"power":12.5,"linkquality":90}', "zigbee2mqtt_0x00158d main: powerW 12.5"],
      ["zigbee2mqtt/plug", '{"linkquality":90}', "nothing: no entity has a number in it"],
      ["zigbee2mqtt/plug/availability", '{"state":"online"}', "zigbee2mqtt_0x00158d is online"]
    ]
    for (const [topic, payload, says] of values) assert.strictEqual(say(reader, topic, payload), says, topic)
  })

  it("goes through the steps of moving to the device form without losing anything", () => {
    const [old, payload] = power("power", {
      state_topic: "m/state",
      value_template: "{{ value_json.power }}"
    })
    const reader = readerOf([old, payload])
    say(reader, old, '{"migrate_discovery":true}')
    assert.strictEqual(say(reader, "m/state", '{"power":1}'), "d main: powerW 1")
    const device = { device: { identifiers: "d" }, origin: { name: "x" }, state_topic: "m/state" }
    const components = { power: { ...(JSON.parse(payload) as object), platform: "sensor" } }
    say(reader, "homeassistant/device/d/config", JSON.stringify({ ...device, components }))
    say(reader, old, "")
    assert.strictEqual(say(reader, "m/state", '{"power":2}'), "d main: powerW 2")
  })

  it("does not read back what we announce ourselves, nor what is no configuration", () => {
    const reader = homeAssistant.makeReader()
    const [topic, payload] = power("power", { origin: { name: "wattkit" } })
    assert.strictEqual(say(reader, topic, payload), "describes ")
    assert.strictEqual(say(reader, "d/power", "5"), "not of this format")
    assert.match(say(reader, topic, "{"), /^malformed/)
    assert.match(say(reader, "homeassistant/device/x/config", "{}"), /^malformed: a device has no components/)
    assert.strictEqual(
      say(reader, "homeassistant/switch/x/config", '{"state_topic":"d/power"}'),
      "describes "
    )
    assert.strictEqual(say(reader, "homeassistant/status", "online"), "describes ")
    assert.strictEqual(say(reader, "homeassistant/config", "{}"), "not of this format")
  })
})

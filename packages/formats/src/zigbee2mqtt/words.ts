import type { FormatWords } from "../Format.ts"

const device = (name: string, exposes: string) =>
  `{"friendly_name":"${name}","definition":{"model":"TS011F","exposes":[${exposes}]}}`

const numeric = (property: string, unit: string) =>
  `{"type":"numeric","name":"${property}","property":"${property}","unit":"${unit}","access":1}`

const examples: FormatWords["examples"] = [
  {
    topic: "zigbee2mqtt/bridge/devices",
    payload: `[${[
      device("Coordinator", ""),
      device(
        "kitchen/fridge",
        [
          numeric("power", "W"),
          numeric("energy", "kWh"),
          numeric("voltage", "V"),
          numeric("current", "A")
        ].join()
      ),
      device(
        "cellar",
        [numeric("voltage", "mV"), numeric("temperature", "°F"), numeric("battery", "%")].join()
      )
    ].join()}]`,
    says: "describes kitchen/fridge, cellar"
  },
  {
    topic: "zigbee2mqtt/kitchen/fridge",
    payload:
      '{"power":61.3,"energy":12.34,"voltage":229,"current":0.29,"state":"ON","linkquality":120,' +
      '"last_seen":"2026-01-09T18:57:39+01:00"}',
    says:
      "kitchen/fridge main: powerW 61.3, importWh 12340, voltageV 229, currentA 0.29 at " +
      "2026-01-09T17:57:39Z"
  },
  {
    topic: "zigbee2mqtt/cellar",
    payload: '{"voltage":3000,"temperature":68,"battery":97,"linkquality":80}',
    says: "cellar main: voltageV 3, temperatureC 20, battery 97?"
  },
  {
    topic: "zigbee2mqtt/meter",
    payload:
      '{"power":100,"power_phase_b":50,"power_phase_c":-20,"energy":500,"produced_energy":3,' +
      '"current_phase_b":0.2}',
    says: [
      "meter main: powerW 130, importWh 500000, exportWh 3000",
      "meter l1: powerW 100",
      "meter l2: powerW 50, currentA 0.2",
      "meter l3: powerW -20"
    ].join("\n")
  },
  {
    topic: "zigbee2mqtt/kitchen/fridge/availability",
    payload: '{"state":"offline"}',
    says: "kitchen/fridge is offline"
  },
  {
    topic: "zigbee2mqtt/kitchen/fridge/set",
    payload: '{"state":"ON"}',
    says: "nothing: asks a device for something"
  },
  { topic: "zigbee2mqtt/bridge/state", payload: '{"state":"online"}', says: "nothing: is about the bridge" }
]

/** What people are told of zigbee2mqtt. */
export const words: FormatWords = {
  name: "Zigbee2MQTT",
  devices: "Zigbee plugs, relays and meters behind the bridge Zigbee2MQTT",
  setUp: [
    "In Zigbee2MQTT's settings open MQTT and enter the address, user and password of the broker.",
    "In Settings, Advanced, let last seen be ISO_8601, so that readings carry their time.",
    "Bind each device by its friendly name."
  ],
  traps: [
    "Messages have no units. The bridge lists all devices with the units of what they send; that list is " +
      "kept and " +
      "used.",
    "A voltage is that of the mains in V or that of the device's battery in mV. It stays unknown until " +
      "the list " +
      "was heard.",
    "Where there are power_phase_b and power_phase_c, power is that of the first phase alone. The sum of " +
      "all three " +
      "becomes that of the device.",
    "Names may contain slashes, and the base topic may be another than zigbee2mqtt: it is known by its list.",
    "What the broker kept without last_seen tells nothing of now and becomes no reading."
  ],
  quantities: [
    "powerW",
    "importWh",
    "exportWh",
    "voltageV",
    "currentA",
    "frequencyHz",
    "powerFactor",
    "temperatureC"
  ],
  examples
}

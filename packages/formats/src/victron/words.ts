import type { FormatWords } from "../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "N/c0619ab12345/grid/30/Ac/Power",
    payload: '{"value":-1250.5}',
    says: "c0619ab12345/grid/30 main: powerW -1250.5"
  },
  {
    topic: "N/c0619ab12345/grid/30/Ac/Energy/Forward",
    payload: '{"value":8123.45}',
    says: "c0619ab12345/grid/30 main: importWh 8123450"
  },
  {
    topic: "N/c0619ab12345/grid/30/Ac/L1/Power",
    payload: '{"value":-400}',
    says: "c0619ab12345/grid/30 l1: powerW -400"
  },
  {
    topic: "N/c0619ab12345/grid/30/Ac/L2/Power",
    payload: '{"value":null}',
    says: "nothing: holds no values"
  },
  {
    topic: "N/c0619ab12345/pvinverter/20/Ac/Power",
    payload: '{"value":936}',
    says: "c0619ab12345/pvinverter/20 main: powerW -936"
  },
  {
    topic: "N/c0619ab12345/pvinverter/20/Ac/Power",
    payload: "",
    says: "nothing: is empty: the value is not there any more"
  },
  {
    topic: "N/c0619ab12345/solarcharger/279/Yield/System",
    payload: '{"value":1520.37}',
    says: "c0619ab12345/solarcharger/279 main: exportWh 1520370"
  },
  {
    topic: "N/c0619ab12345/battery/512/Dc/0/Power",
    payload: '{"value":472.85}',
    says: "c0619ab12345/battery/512 main: powerW 472.85"
  },
  {
    topic: "N/c0619ab12345/battery/512/Soc",
    payload: '{"value":81.5}',
    says: "c0619ab12345/battery/512 main: stateOfChargePct 81.5"
  },
  {
    topic: "N/c0619ab12345/vebus/276/Ac/Out/L1/P",
    payload: '{"value":310}',
    says: "c0619ab12345/vebus/276 ac-out-l1: powerW -310"
  },
  {
    topic: "N/c0619ab12345/settings/0/Settings/Gui/Language",
    payload: '{"value":"en"}',
    says: "nothing: settings/Settings/Gui/Language is none of its quantities"
  },
  {
    topic: "N/c0619ab12345/full_publish_completed",
    payload: '{"value":1767981459}',
    says: "nothing: says that the device is still there"
  }
]

/** What people are told of Victron. */
export const words: FormatWords = {
  name: "Victron GX",
  devices:
    "Cerbo GX, Ekrano GX, Venus GX and what is connected to them: grid meters, inverters, chargers, " +
    "batteries",
  setUp: [
    "On the GX device open Settings, Services, and enable MQTT on the local network.",
    "Connect wattkit to the broker of the GX device, or bridge its topics N/# and R/# to the broker you use.",
    "Bind each service by portal id, service and instance, such as c0619ab12345/grid/30."
  ],
  traps: [
    "A GX device stops publishing a minute after the last request. wattkit asks every 30 seconds, with " +
      "an empty " +
      "request until everything was published once and then with suppress-republish.",
    "null and an empty payload mean that a value is not there any more. They are no zero.",
    "What generators, PV inverters and solar chargers give is export here: their power is negative. The " +
      "power " +
      "of a battery is positive while it is charged.",
    "A solar charger has a yield its owner can set to 0. The other one is read.",
    "Most paths say nothing of energy; only those listed are read."
  ],
  quantities: [
    "powerW",
    "importWh",
    "exportWh",
    "voltageV",
    "currentA",
    "frequencyHz",
    "temperatureC",
    "stateOfChargePct"
  ],
  examples
}

import type { FormatWords } from "../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "senml",
    payload:
      '[{"bn":"urn:dev:mac:0b92569229fc9e68/","bt":1767981459,"n":"power","u":"W","v":412,"s":36000},' +
      '{"n":"voltage","u":"V","v":230.1},{"n":"voltage","u":"V","t":-60,"v":229.5}]',
    says: [
      "urn:dev:mac:0b92569229fc9e68 main: powerW 412, importWh 10, voltageV 230.1 at 2026-01-09T17:57:39Z",
      "urn:dev:mac:0b92569229fc9e68 main: voltageV 229.5 at 2026-01-09T17:56:39Z"
    ].join("\n")
  },
  {
    topic: "cellar/senml",
    payload:
      '[{"n":"urn:dev:ow:10e2073a:temperature","u":"Cel","v":23.1},{"n":"urn:dev:ow:10e2073a:flow",' +
      '"u":"l/s","v":2}]',
    says: "urn:dev:ow:10e2073a main: temperatureC 23.1, flow_l_s 2?"
  },
  {
    topic: "senml",
    payload: '[{"bn":"m1:","n":"import","u":"kWh","v":12.5},{"n":"energy","u":"J","v":3600}]',
    says: "m1 main: importWh 12500, energy_J 3600?"
  },
  {
    topic: "senml",
    payload: '[{"bn":"m1:","n":"power","u":"W","v":5,"t":-5}]',
    says: "m1 main: powerW 5 at 2026-06-01T11:59:55Z"
  }
]

/** What people are told of SenML. */
export const words: FormatWords = {
  name: "SenML",
  devices: "Devices that send SenML as JSON, RFC 8428",
  setUp: ["Publish the list of records to senml, or to a topic that ends in /senml."],
  traps: [
    "Records leave out what the bases before them say. They are resolved first.",
    "A time below 2^28 counts from the message, not from 1970.",
    "Energy is in joules where a power carries its sum over time.",
    "A bare energy may be a register or a delta: it stays unknown, unless its name tells."
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

import type { FormatWords } from "../../Format.ts"

const examples: FormatWords["examples"] = [
  { topic: "solar/116180212345/status/reachable", payload: "1", says: "116180212345 is online" },
  { topic: "solar/116180212345/0/power", payload: "312.4", says: "116180212345 main: powerW -312.4" },
  {
    topic: "solar/116180212345/0/yieldtotal",
    payload: "1543.221",
    says: "116180212345 main: exportWh 1543221"
  },
  { topic: "solar/116180212345/0/yieldday", payload: "1220", says: "nothing: holds no values" },
  { topic: "solar/116180212345/0/voltage", payload: "231.5", says: "116180212345 main: voltageV 231.5" },
  { topic: "solar/116180212345/1/power", payload: "160.2", says: "116180212345 1: powerW -160.2" },
  { topic: "solar/116180212345/1/yieldtotal", payload: "770.5", says: "116180212345 1: exportWh 770500" },
  {
    topic: "solar/116180212345/status/last_update",
    payload: "1767981459",
    says: "nothing: says nothing of energy"
  },
  { topic: "solar/ac/power", payload: "624.8", says: "solar/ac main: powerW -624.8" },
  { topic: "solar/dtu/status", payload: "offline", says: "solar/dtu is offline" }
]

/** What people are told of OpenDTU. */
export const words: FormatWords = {
  name: "OpenDTU",
  devices: "Hoymiles and TSUN micro-inverters read by OpenDTU",
  setUp: [
    "Open OpenDTU's web page, Settings, MQTT Settings, and enable MQTT.",
    "Enter the address, user and password of the broker, and a base topic such as solar/.",
    "Bind each inverter by its serial number, or ac for all of them together, but not both."
  ],
  traps: [
    "The yield of a day is in Wh and the total yield in kWh.",
    "The yield of a day begins anew every day, and the one of all inverters stays on yesterday's value " +
      "until " +
      "sunrise. It is left out; the total yield tells the same.",
    "What an inverter gives is export here: its power is negative.",
    "The time of the last update comes in a message of its own and is not taken: the time of arrival counts."
  ],
  quantities: ["powerW", "exportWh", "voltageV", "currentA", "frequencyHz", "temperatureC"],
  examples
}

import type { FormatWords } from "../../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "shellies/announce",
    payload: '{"id":"shellyem-34ABCD","model":"SHEM","mac":"98CDAC34ABCD","ip":"192.168.1.20"}',
    says: "describes shellyem-34ABCD"
  },
  { topic: "shellies/shellyem-34ABCD/online", payload: "true", says: "shellyem-34ABCD is online" },
  {
    topic: "shellies/shellyem-34ABCD/emeter/0/power",
    payload: "-412.57",
    says: "shellyem-34ABCD emeter:0: powerW -412.57"
  },
  {
    topic: "shellies/shellyem-34ABCD/emeter/0/total",
    payload: "51234.5",
    says: "shellyem-34ABCD emeter:0: importWh 51234.5"
  },
  {
    topic: "shellies/shellyem-34ABCD/emeter/0/total_returned",
    payload: "1200.0",
    says: "shellyem-34ABCD emeter:0: exportWh 1200"
  },
  {
    topic: "shellies/shellyem-34ABCD/emeter/0/energy",
    payload: "412",
    says: "nothing: holds no values"
  },
  {
    topic: "shellies/shelly1pm-12AB34/relay/0/power",
    payload: "61.30",
    says: "shelly1pm-12AB34 relay:0: powerW 61.3"
  },
  {
    topic: "shellies/shelly1pm-12AB34/relay/0/energy",
    payload: "90",
    says: "shelly1pm-12AB34 relay:0: importWh 1.5"
  },
  {
    topic: "shellies/shelly1pm-12AB34/relay/0",
    payload: "on",
    says: "nothing: says nothing of energy that other topics do not"
  }
]

/** What people are told of Shelly's first generation. */
export const words: FormatWords = {
  name: "Shelly, first generation",
  devices: "Shelly 1PM, 2.5, Plug, Plug S, EM, 3EM and other models whose topics begin with shellies",
  setUp: [
    "Open the device's web page, Internet & Security, Advanced, and enable MQTT.",
    "Enter the address, user and password of the broker, and save."
  ],
  traps: [
    "Energy meters (EM, 3EM) count in watt-hours, relays and plugs in watt-minutes: the latter are " +
      "divided by 60.",
    "The counter of a relay or plug begins anew when it loses power; usage rules take that for the reset " +
      "it is.",
    "What an energy meter calls energy is a delta since its last message, not its register, and is left out.",
    "Power is negative where energy flows back."
  ],
  quantities: ["powerW", "importWh", "exportWh", "voltageV", "currentA", "powerFactor", "temperatureC"],
  examples
}

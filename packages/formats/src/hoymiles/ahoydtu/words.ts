import type { FormatWords } from "../../Format.ts"

const examples: FormatWords["examples"] = [
  { topic: "inverter/roof/available", payload: "2", says: "roof is online" },
  { topic: "inverter/roof/ch0/P_AC", payload: "71.000", says: "roof main: powerW -71" },
  { topic: "inverter/roof/ch0/YieldTotal", payload: "465.294", says: "roof main: exportWh 465294" },
  { topic: "inverter/roof/ch0/YieldTotal", payload: "0.000", says: "roof main: exportWh 0" },
  { topic: "inverter/roof/ch0/YieldDay", payload: "51.000", says: "nothing: holds no values" },
  { topic: "inverter/roof/ch1/P_DC", payload: "25.000", says: "roof ch1: powerW -25" },
  { topic: "inverter/roof/ch1/YieldTotal", payload: "110.819", says: "roof ch1: exportWh 110819" },
  {
    topic: "inverter/roof/ch0",
    payload:
      '{"U_AC":233.3,"I_AC":0.3,"P_AC":71,"F_AC":49.99,"Temp":19.8,"YieldDay":51,"YieldTotal":465.294}',
    says:
      "roof main: powerW -71, exportWh 465294, voltageV 233.3, currentA 0.3, frequencyHz 49.99, " +
      "temperatureC 19.8"
  },
  { topic: "inverter/total/P_AC", payload: "142.0", says: "total main: powerW -142" }
]

/** What people are told of AhoyDTU. */
export const words: FormatWords = {
  name: "AhoyDTU",
  devices: "Hoymiles micro-inverters read by AhoyDTU",
  setUp: [
    "Open AhoyDTU's web page, Settings, MQTT, and enter the address, user and password of the broker.",
    "Leave the topic at inverter, and give each inverter a name of its own.",
    "Bind each inverter by its name, or total for all of them together, but not both."
  ],
  traps: [
    "At night it sends 0 for the total yield now and then. The value is stored as it came; usage rules " +
      "take it " +
      "for a glitch and not for a new counter, so that no lifetime is counted again in the morning.",
    "The yield of a day is in Wh, the total yield in kWh; only the latter is read.",
    "What an inverter gives is export here: its power is negative."
  ],
  quantities: ["powerW", "exportWh", "voltageV", "currentA", "frequencyHz", "temperatureC"],
  examples
}

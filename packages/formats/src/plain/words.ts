import { quantities } from "@wattkit/core"
import type { FormatWords } from "../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "cellar/meter",
    payload: '{"time":"2026-01-09T18:57:39+01:00","power":412,"total_kwh":1234.5,"voltage":230.1,"pulses":7}',
    says: "cellar/meter main: powerW 412, importWh 1234500, voltageV 230.1, pulses 7? at 2026-01-09T17:57:39Z"
  },
  {
    topic: "cellar/meter",
    payload: '{"energy":1.25,"today_kwh":3}',
    says: "cellar/meter main: energy 1.25?, today_kwh 3?"
  },
  {
    topic: "cellar/meter",
    payload: '{"ts":1767981459,"l1":{"power":10},"l2":{"power":20}}',
    says:
      "cellar/meter l1: powerW 10 at 2026-01-09T17:57:39Z\ncellar/meter l2: powerW 20 at " +
      "2026-01-09T17:57:39Z"
  },
  { topic: "cellar/meter/power", payload: "412.5", says: "cellar/meter main: powerW 412.5" },
  { topic: "cellar/meter/counter", payload: "99", says: "cellar/meter/counter main: value 99?" },
  { topic: "cellar/meter", payload: '{"state":"ON"}', says: "nothing: holds no values" }
]

/** What people are told of plain JSON. */
export const words: FormatWords = {
  name: "Plain JSON",
  devices: "Anything that publishes JSON or bare numbers in its own way",
  setUp: [
    "Publish JSON, or one number for each topic, to any topic.",
    "Names that mean one thing everywhere, such as power, voltage or total_kwh, are understood as they are.",
    "For each other name say in the binding what it means and what to multiply it with."
  ],
  traps: [
    "A bare energy or total may be Wh or kWh, of a lifetime or of today: it stays unknown until you say so.",
    "Objects inside the object become channels, named as they are.",
    "A time without an offset is no instant; then the time of arrival counts.",
    "Only what no other format reads is taken for plain JSON."
  ],
  quantities,
  examples
}

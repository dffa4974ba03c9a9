import type { FormatSpec } from "../../spec/FormatSpec.ts"

/** How AhoyDTU's messages are read: `ch0` is what an inverter gives, `ch1` and up are its strings. */
export const spec: FormatSpec = {
  rules: [
    {
      says: "nothing",
      topics: ["{base}/{subject}/ch0/P_DC"],
      why: "is the sum of the strings"
    },
    {
      says: "number",
      topics: ["{base}/{subject}/ch{string}/{name}"],
      where: { string: "[0-6]" },
      channel: "ch{string}",
      channels: { ch0: "main" },
      name: "{name}"
    },
    {
      says: "object",
      topics: ["{base}/{subject}/ch0"],
      fields: [{ at: "/*", byName: "format", except: ["P_DC"] }]
    },
    {
      says: "object",
      topics: ["{base}/{subject}/ch{string}"],
      where: { string: "[1-6]" },
      channel: "ch{string}",
      fields: [{ at: "/*", byName: "format" }]
    },
    {
      says: "number",
      topics: ["{base}/total/{name}"],
      where: { name: "P_AC|YieldTotal|YieldDay" },
      subject: "total",
      name: "{name}"
    },
    {
      says: "status",
      topics: ["inverter/{subject}/available"],
      online: ["1", "2", "3"],
      offline: ["0", "4"]
    },
    {
      says: "nothing",
      topics: ["inverter/{rest...}"],
      why: "says nothing of energy"
    }
  ],
  names: {
    P_AC: { is: "powerW", in: "W", negated: true },
    P_DC: { is: "powerW", in: "W", negated: true },
    YieldTotal: { is: "exportWh", in: "kWh" },
    YieldDay: { ignored: "begins anew every day, so it is no lifetime register" },
    U_AC: { is: "voltageV", in: "V" },
    U_DC: { is: "voltageV", in: "V" },
    I_AC: { is: "currentA", in: "A" },
    I_DC: { is: "currentA", in: "A" },
    F_AC: { is: "frequencyHz", in: "Hz" },
    Temp: { is: "temperatureC", in: "°C" },
    PF_AC: { ignored: "is a percentage in some versions and a ratio in others" }
  }
}

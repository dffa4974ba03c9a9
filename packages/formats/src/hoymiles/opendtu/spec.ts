import type { FormatSpec, Meaning } from "../../spec/FormatSpec.ts"

const stale: Meaning = {
  ignored: "begins anew every day, and that of all inverters stays on yesterday's value until sunrise"
}

/** How OpenDTU's messages are read: `0` is what an inverter gives, `1` to `6` are its strings. */
export const spec: FormatSpec = {
  rules: [
    {
      says: "status",
      topics: ["{base}/{subject}/status/reachable", "{base}/{group}/{subject}/status/reachable"],
      where: { subject: "[0-9a-fA-F]{8,16}" },
      online: ["1"],
      offline: ["0"]
    },
    {
      says: "status",
      topics: ["{base}/dtu/status", "{group}/{base}/dtu/status"],
      subject: "{base}/dtu",
      online: ["online"],
      offline: ["offline"]
    },
    {
      says: "number",
      topics: ["{base}/{subject}/{string}/{name}", "{group}/{base}/{subject}/{string}/{name}"],
      where: { subject: "[0-9a-fA-F]{8,16}", string: "[0-6]" },
      channel: "{string}",
      channels: { "0": "main" },
      name: "{name}"
    },
    {
      says: "number",
      topics: ["{base}/ac/{name}", "{group}/{base}/ac/{name}"],
      where: { name: "power|yieldtotal|yieldday|is_valid" },
      subject: "{base}/ac",
      name: "{name}"
    },
    {
      says: "nothing",
      topics: [
        "{base}/{subject}/name",
        "{group}/{base}/{subject}/name",
        "{base}/{subject}/{kind}/{other}",
        "{group}/{base}/{subject}/{kind}/{other}",
        "{base}/dtu/{other}",
        "{group}/{base}/dtu/{other}"
      ],
      where: { subject: "[0-9a-fA-F]{8,16}", kind: "status|device|radio|cmd" },
      why: "says nothing of energy"
    }
  ],
  names: {
    power: { is: "powerW", in: "W", negated: true },
    yieldtotal: { is: "exportWh", in: "kWh" },
    yieldday: stale,
    voltage: { is: "voltageV", in: "V" },
    current: { is: "currentA", in: "A" },
    frequency: { is: "frequencyHz", in: "Hz" },
    temperature: { is: "temperatureC", in: "°C" },
    powerfactor: { ignored: "is a percentage in some versions and a ratio in others" },
    powerdc: { ignored: "is the sum of the strings" },
    reactivepower: { ignored: "is no quantity of a reading" },
    efficiency: { ignored: "follows from the powers" },
    irradiation: { ignored: "follows from the powers" }
  }
}

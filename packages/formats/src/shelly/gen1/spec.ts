import type { FormatSpec, Meaning } from "../../spec/FormatSpec.ts"

/** Relays, rollers and lights count in watt-minutes from when they were switched on last. */
const load: { readonly [name: string]: Meaning } = Object.fromEntries(
  ["relay", "roller", "light", "white", "color"].flatMap((kind): ReadonlyArray<[string, Meaning]> => [
    [`${kind}/power`, { is: "powerW", in: "W" }],
    [`${kind}/energy`, { is: "importWh", in: "W·min" }]
  ])
)

/** How the messages of Shelly's first generation are read. */
export const spec: FormatSpec = {
  rules: [
    { says: "description", topics: ["shellies/announce", "shellies/{device}/announce"], subjectAt: "/id" },
    {
      says: "status",
      topics: ["shellies/{subject}/online"],
      online: ["true"],
      offline: ["false"]
    },
    {
      says: "number",
      topics: ["shellies/{subject}/{kind}/{n}/{name}"],
      where: { n: "[0-9]", kind: "relay|roller|light|white|color|emeter" },
      channel: "{kind}:{n}",
      name: "{kind}/{name}"
    },
    { says: "number", topics: ["shellies/{subject}/{name}"], where: { name: "temperature" }, name: "{name}" },
    {
      says: "nothing",
      topics: ["shellies/{rest...}"],
      why: "says nothing of energy that other topics do not"
    }
  ],
  names: {
    ...load,
    "emeter/power": { is: "powerW", in: "W" },
    "emeter/total": { is: "importWh", in: "Wh" },
    "emeter/total_returned": { is: "exportWh", in: "Wh" },
    "emeter/voltage": { is: "voltageV", in: "V" },
    "emeter/current": { is: "currentA", in: "A" },
    "emeter/pf": { is: "powerFactor" },
    "emeter/energy": { ignored: "watt-minutes since the last message" },
    "emeter/returned_energy": { ignored: "watt-minutes since the last message" },
    temperature: { is: "temperatureC", in: "°C" }
  }
}

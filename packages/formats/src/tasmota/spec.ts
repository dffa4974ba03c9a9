import type { FormatSpec, Meaning } from "../spec/FormatSpec.ts"

const perPhase = (n: number): { readonly [name: string]: Meaning } => ({
  [`power_p${n}`]: { is: "powerW", channel: `l${n}` },
  [`power_l${n}`]: { is: "powerW", channel: `l${n}` },
  [`volt_p${n}`]: { is: "voltageV", channel: `l${n}` },
  [`voltage_l${n}`]: { is: "voltageV", channel: `l${n}` },
  [`amperage_p${n}`]: { is: "currentA", channel: `l${n}` },
  [`current_l${n}`]: { is: "currentA", channel: `l${n}` }
})

/** Names people give the registers of a smart meter that Tasmota reads; its energies are kWh. */
const names: { readonly [name: string]: Meaning } = {
  total_in: { is: "importWh", in: "kWh" },
  e_in: { is: "importWh", in: "kWh" },
  energy_in: { is: "importWh", in: "kWh" },
  energy_import: { is: "importWh", in: "kWh" },
  import: { is: "importWh", in: "kWh" },
  total_out: { is: "exportWh", in: "kWh" },
  e_out: { is: "exportWh", in: "kWh" },
  energy_out: { is: "exportWh", in: "kWh" },
  energy_export: { is: "exportWh", in: "kWh" },
  export: { is: "exportWh", in: "kWh" },
  power_curr: { is: "powerW" },
  power_total: { is: "powerW" },
  watt_summe: { is: "powerW" },
  ...perPhase(1),
  ...perPhase(2),
  ...perPhase(3),
  temperature: { is: "temperatureC", unitAt: "/TempUnit" }
}

const everyTele = (last: string): ReadonlyArray<string> => [
  `tele/{subject...}/${last}`,
  `tasmota/tele/{subject...}/${last}`,
  `tasmota/{subject...}/tele/${last}`,
  `{subject}/tele/${last}`
]

const everyStat = (last: string): ReadonlyArray<string> => [
  `stat/{subject...}/${last}`,
  `tasmota/stat/{subject...}/${last}`,
  `tasmota/{subject...}/stat/${last}`,
  `{subject}/stat/${last}`
]

/** How Tasmota's messages are read. */
export const spec: FormatSpec = {
  rules: [
    {
      says: "description",
      topics: ["tasmota/discovery/{mac}/config"],
      subjectAt: "/t"
    },
    {
      says: "nothing",
      topics: ["tasmota/discovery/{rest...}"],
      why: "lists what a device can say; its values come with SENSOR"
    },
    {
      says: "object",
      topics: [...everyTele("SENSOR"), ...everyStat("STATUS10"), ...everyStat("STATUS8")],
      under: ["/StatusSNS", ""],
      times: [
        { at: "/Epoch", written: "number" },
        { at: "/Time", written: "text" },
        { at: "/Time", written: "number" }
      ],
      fields: [
        { at: "/ENERGY/Power", is: "powerW", in: "W", array: "parts" },
        { at: "/ENERGY/Total", is: "importWh", in: "kWh", array: "parts" },
        { at: "/ENERGY/ExportActive", is: "exportWh", in: "kWh", array: "parts" },
        { at: "/ENERGY/Voltage", is: "voltageV", in: "V", array: "each" },
        { at: "/ENERGY/Current", is: "currentA", in: "A", array: "each" },
        { at: "/ENERGY/Frequency", is: "frequencyHz", in: "Hz", array: "each" },
        { at: "/ENERGY/Factor", is: "powerFactor", array: "each" },
        { at: "/ENERGY/ApparentPower", unknown: true },
        { at: "/ENERGY/ReactivePower", unknown: true },
        { at: "/ENERGY/Today", ignored: "begins anew every day, so it is no lifetime register" },
        { at: "/ENERGY/Yesterday", ignored: "is over" },
        {
          at: "/ENERGY/Period",
          ignored: "counts from the last message, and would count twice when sent again"
        },
        { at: "/SML/*", byName: "any" },
        { at: "/*/*", byName: "any", channel: "{1}", except: ["ENERGY", "SML", "ESP32", "Wifi"] }
      ]
    },
    {
      says: "status",
      topics: everyTele("LWT"),
      online: ["online"],
      offline: ["offline"]
    },
    {
      says: "nothing",
      topics: ["tele/{rest...}", "stat/{rest...}", "tasmota/{rest...}"],
      why: "says nothing of energy"
    }
  ],
  names
}

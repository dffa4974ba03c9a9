import type { Heard } from "@wattkit/client"

const units: { readonly [quantity: string]: readonly [unit: string, word: string] } = {
  powerW: ["W", ""],
  importWh: ["Wh", "imported"],
  exportWh: ["Wh", "exported"],
  importDeltaWh: ["Wh", "more imported"],
  exportDeltaWh: ["Wh", "more exported"],
  voltageV: ["V", ""],
  currentA: ["A", ""],
  frequencyHz: ["Hz", ""],
  powerFactor: ["", "power factor"],
  temperatureC: ["°C", ""],
  stateOfChargePct: ["%", "charged"]
}

const places = Object.keys(units)

const number = (value: number): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 })

const valueOf = (name: string, value: number): string => {
  const [unit, word] = units[name] ?? ["", name]
  const isLarge = unit === "Wh" && Math.abs(value) >= 10_000
  if (unit === "") return `${word} ${number(value)}`
  const text = isLarge ? `${number(value / 1000)} kWh` : `${number(value)} ${unit}`.trim()
  return word === "" ? text : `${text} ${word}`
}

/** What a subject says, a line for each channel. */
export const saysOf = ({ channels }: Heard): ReadonlyArray<string> =>
  channels.map(({ channel, quantities, unknown }) => {
    // In one order for everybody, whatever the order of a message is.
    const known = Object.entries(quantities)
      .toSorted(([a], [b]) => places.indexOf(a) - places.indexOf(b))
      .map(([name, value]) => valueOf(name, value))
    const others = Object.entries(unknown).map(([name, value]) => `${name} ${number(value)}`)
    const text = [...known, ...others].join(", ")
    return channels.length === 1 && channel === "main" ? text : `${channel}: ${text}`
  })

const span = (ms: number): string => {
  const seconds = ms / 1000
  if (seconds < 120) return `${seconds < 10 ? number(Math.round(seconds * 10) / 10) : Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}

/** How often a subject speaks, and since when it does not. */
export const everyOf = ({ count, firstAt, lastAt }: Heard, now: number): ReadonlyArray<string> => {
  const ago = now - Date.parse(lastAt)
  const silent = `${span(Math.max(0, ago))} ago`
  if (count < 2) return [`once, ${silent}`]
  const every = (Date.parse(lastAt) - Date.parse(firstAt)) / (count - 1)
  const usual = `${span(every)}`
  return ago > 60_000 && ago > 5 * every ? [usual, `last ${silent}`] : [usual]
}

const energies = ["importWh", "exportWh", "importDeltaWh", "exportDeltaWh"]

/** Numbers that are no quantity of a reading whatever somebody says they mean: they are kept as they are. */
const noQuantity = /^(apparent|reactive)|_(m3|gj)$|today|yesterday|humidity/i

/** The numbers of which only a person can say what they mean. */
export const openNamesOf = ({ binding, channels }: Heard): ReadonlyArray<string> => {
  const unknown = new Set(channels.flatMap((channel) => Object.keys(channel.unknown)))
  const meanings = binding?.fields ?? {}
  return [...unknown].filter((name) => !Object.hasOwn(meanings, name) && !noQuantity.test(name))
}

/** What keeps a subject from being useful, in words that say what to do. */
export const missingOf = (heard: Heard): ReadonlyArray<string> => {
  const { binding, channels } = heard
  const missing: Array<string> = []
  if (binding === null) missing.push("a device: adopt it")
  const meanings = binding?.fields ?? {}
  const open = openNamesOf(heard)
  if (open.length > 0) {
    const more = open.length > 3 ? ` and ${open.length - 3} more` : ""
    missing.push(`what ${open.slice(0, 3).join(", ")}${more} mean${open.length === 1 ? "s" : ""}`)
  }
  const says = new Set(channels.flatMap((channel) => Object.keys(channel.quantities)))
  const given = Object.values(meanings).map(({ quantity }) => quantity as string)
  const hasEnergy = [...says, ...given].some((name) => energies.includes(name))
  if (says.has("powerW") && !hasEnergy) missing.push("an energy register: energy is estimated from power")
  return missing.length === 0 ? ["nothing"] : missing
}

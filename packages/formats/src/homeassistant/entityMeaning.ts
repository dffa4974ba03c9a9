import { type QuantityName, Unit } from "@wattkit/core"
import * as Result from "effect/Result"

/** What an entity says, as far as its description tells. */
export type EntityMeaning =
  | {
      readonly kind: "quantity"
      readonly quantity: QuantityName
      readonly convert: (value: number) => number
      /**
       * A register that begins anew with every day or month, beside which one of the whole life may stand.
       */
      readonly isPeriodic: boolean
    }
  /** A number worth keeping that has no word here. */
  | { readonly kind: "extra" }
  /** Nothing that belongs into a reading. */
  | { readonly kind: "other" }
  | { readonly kind: "unreadable"; readonly why: string }

/** What is said of an entity. */
export interface Description {
  readonly deviceClass: string | undefined
  readonly stateClass: string | undefined
  readonly unit: string | undefined
  readonly hasLastReset: boolean
  /** The words of its name and ids, by which import and export are told apart. */
  readonly words: string
}

const quantities: ReadonlyMap<string, readonly [quantity: QuantityName, unit: string]> = new Map([
  ["power", ["powerW", "W"]],
  ["energy", ["importWh", "Wh"]],
  ["voltage", ["voltageV", "V"]],
  ["current", ["currentA", "A"]],
  ["frequency", ["frequencyHz", "Hz"]],
  ["temperature", ["temperatureC", "°C"]],
  ["battery", ["stateOfChargePct", "%"]]
])

const extras = new Set([
  "apparent_power",
  "reactive_power",
  "reactive_energy",
  "gas",
  "water",
  "humidity",
  "energy_storage",
  "monetary",
  "volume",
  "irradiance"
])

const classes: ReadonlyMap<Unit.Dimension, string> = new Map([
  ["power", "power"],
  ["energy", "energy"],
  ["voltage", "voltage"],
  ["current", "current"],
  ["frequency", "frequency"],
  ["temperature", "temperature"]
])

const exported = /export|return|produc|feed.?in|yield|generat|injected|solar|\bpv\b|energy.?out|total.?out/i
const periodic = /today|daily|yield.?day|\bday\b|month|week|year|yesterday|hourly|quarter|session|last/i

const unitOf = (text: string | undefined): Unit.Unit | undefined => {
  if (text === undefined) return undefined
  const found = Unit.fromString(text)
  return Result.isSuccess(found) ? found.success : undefined
}

const converterTo = (symbol: string, unit: Unit.Unit): ((value: number) => number) | undefined => {
  const target = unitOf(symbol)
  if (target === undefined) return undefined
  const made = Unit.converter(unit, target)
  return Result.isSuccess(made) ? made.success : undefined
}

const powerFactor = (unit: string | undefined): EntityMeaning => ({
  kind: "quantity",
  quantity: "powerFactor",
  convert: unit === "%" ? (value) => value / 100 : (value) => value,
  isPeriodic: false
})

/** What energy means depends on how it counts: only what grows is a register. */
const energy = (
  { hasLastReset, stateClass, words }: Description,
  convert: (value: number) => number
): EntityMeaning =>
  stateClass === "total" || stateClass === "total_increasing"
    ? {
        kind: "quantity",
        quantity: exported.test(words) ? "exportWh" : "importWh",
        convert,
        isPeriodic: hasLastReset || periodic.test(words.replaceAll("_", " "))
      }
    : { kind: "extra" }

/** Finds out what an entity means from its classes and its unit. */
export const meaningOf = (description: Description): EntityMeaning => {
  const unit = unitOf(description.unit)
  const deviceClass =
    description.deviceClass ?? (unit === undefined ? undefined : classes.get(unit.dimension))
  if (deviceClass === undefined) return { kind: "other" }
  if (deviceClass === "power_factor") return powerFactor(description.unit)
  if (extras.has(deviceClass)) return { kind: "extra" }
  const known = quantities.get(deviceClass)
  if (known === undefined) return { kind: "other" }
  const [quantity, symbol] = known
  if (description.unit === undefined) return { kind: "unreadable", why: `${deviceClass} has no unit` }
  const convert = unit === undefined ? undefined : converterTo(symbol, unit)
  if (convert === undefined) {
    return { kind: "unreadable", why: `${description.unit.slice(0, 20)} is no unit of ${deviceClass}` }
  }
  if (quantity === "importWh") return energy(description, convert)
  return { kind: "quantity", quantity, convert, isPeriodic: false }
}

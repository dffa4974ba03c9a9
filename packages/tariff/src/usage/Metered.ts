import { Refused } from "../Refused.ts"
import type { Round } from "../model/Fields.ts"
import * as Scaled from "../exact/Scaled.ts"
import { formatInstant } from "../time/Civil.ts"

/** A column of numbers, such as an array or a typed array. */
export type Column = ArrayLike<number | null>

/**
 * Energy by interval, in columns: readings of one length (`start` and `stepMs`), or with a start and an end
 * each. Energies are whole milliwatt-hours, or kWh as numbers, which are rounded to the milliwatt-hour.
 *
 * NaN or null is a reading that is missing: no energy is made up for it and its demand is unknown.
 */
export interface Usage {
  /** Epoch milliseconds: of the first reading when all have one length, else of each. */
  readonly start: number | Column
  readonly stepMs?: number
  readonly end?: Column
  readonly importMWh?: Column
  readonly exportMWh?: Column
  readonly importKwh?: Column
  readonly exportKwh?: Column
  /** Apparent energy in kVAh, for demand in kVA. */
  readonly apparentKvah?: Column
  /** Reactive energy in kvarh, for demand in kvar. */
  readonly reactiveKvarh?: Column
  /** 0 measured, 1 estimated. */
  readonly quality?: ArrayLike<number>
}

/** Usage that was checked, as typed columns of whole numbers. */
export interface Metered {
  readonly n: number
  /** The length of all readings, or 0 when they differ. */
  readonly stepMs: number
  readonly t0: number
  readonly starts: Float64Array | undefined
  readonly ends: Float64Array | undefined
  readonly imported: Float64Array
  readonly exported: Float64Array
  readonly apparent: Float64Array | undefined
  readonly reactive: Float64Array | undefined
  readonly missing: Uint8Array | undefined
  readonly estimated: Uint8Array | undefined
  /** The same usage in shorter readings, by their length. */
  readonly refined: Map<string, Metered>
  /** How many readings were divided to make these. */
  readonly divided: number
}

const noEnergy = new Map<number, Float64Array>()

const zeros = (n: number): Float64Array => {
  const known = noEnergy.get(n)
  if (known !== undefined) return known
  if (noEnergy.size > 16) noEnergy.clear()
  const made = new Float64Array(n)
  noEnergy.set(n, made)
  return made
}

const refuse = (path: string, message: string): never => {
  throw new Refused([{ path, message }])
}

/** kWh as written, to the milliwatt-hour, halves away from zero. */
const toMilli = (value: number): number => {
  if (!Number.isFinite(value)) return Number.NaN
  const product = value * 1_000_000
  const rounded = Math.sign(product) * Math.round(Math.abs(product))
  const far = Math.abs(Math.abs(product - Math.trunc(product)) - 0.5)
  if (far > Math.abs(product) * 2 ** -51) return rounded
  return Number(Scaled.divideBy(Scaled.parse(value, 24), 10n ** 18n, "half-away"))
}

const column = (
  name: string,
  given: Column | undefined,
  scale: boolean,
  n: number,
  missing: { flags: Uint8Array | undefined }
): Float64Array => {
  if (given === undefined) return zeros(n)
  if (given.length !== n) refuse(name, `has ${given.length} values, but there are ${n} readings`)
  if (!scale && given instanceof Float64Array && allWhole(given)) return given
  const made = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const value = given[i]
    if (value === null || value === undefined || Number.isNaN(value)) {
      missing.flags ??= new Uint8Array(n)
      missing.flags[i] = 1
      continue
    }
    const milli = scale ? toMilli(value) : value
    if (!Number.isSafeInteger(milli) || milli < 0) {
      refuse(
        `${name}[${i}]`,
        `must be ${scale ? "a finite number" : "whole milliwatt-hours"}, not negative: ${value}`
      )
    }
    made[i] = milli
  }
  return made
}

const allWhole = (values: Float64Array): boolean => {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!(value >= 0 && value <= 9007199254740991 && Math.floor(value) === value)) return false
  }
  return true
}

const lengthOf = (usage: Usage): number => {
  const columns = [usage.importMWh, usage.exportMWh, usage.importKwh, usage.exportKwh, usage.apparentKvah]
  const first = columns.find((given) => given !== undefined)
  return first?.length ?? (typeof usage.start === "number" ? 0 : usage.start.length)
}

const checkedTimes = (usage: Usage, n: number): { starts: Float64Array; ends: Float64Array } => {
  const given = usage.start as Column
  const starts = Float64Array.from({ length: n }, (_, i) => given[i] ?? Number.NaN)
  const step = usage.stepMs
  const ends = Float64Array.from({ length: n }, (_, i) =>
    step === undefined ? (usage.end?.[i] ?? starts[i + 1] ?? Number.NaN) : starts[i]! + step
  )
  for (let i = 0; i < n; i++) {
    if (!Number.isInteger(starts[i]!) || !Number.isInteger(ends[i]!)) {
      refuse(`start[${i}]`, "every reading needs a start and an end in epoch milliseconds")
    }
    if (ends[i]! <= starts[i]!) refuse(`end[${i}]`, "a reading must end after it starts")
    if (i > 0 && starts[i]! < ends[i - 1]!) {
      refuse(`start[${i}]`, `readings must be in order and not overlap: ${formatInstant(starts[i]!)}`)
    }
  }
  return { starts, ends }
}

/** The length all readings have when they follow each other without gaps, or 0. */
const commonStep = (starts: Float64Array, ends: Float64Array): number => {
  const step = starts.length === 0 ? 0 : ends[0]! - starts[0]!
  for (let i = 0; i < starts.length; i++) {
    if (ends[i]! - starts[i]! !== step || (i > 0 && starts[i] !== ends[i - 1])) return 0
  }
  return step
}

const roundColumn = (values: Float64Array, round: Round): Float64Array =>
  values.map((value) => Number(Scaled.round(BigInt(value), 6, round.places, round.mode)))

/** Checks usage and rounds its quantities if the tariff does. */
export const metered = (usage: Usage, round?: Round): Metered => {
  const n = lengthOf(usage)
  const regular = typeof usage.start === "number"
  if (
    regular &&
    !(Number.isInteger(usage.start) && Number.isInteger(usage.stepMs) && (usage.stepMs ?? 0) > 0)
  ) {
    refuse("stepMs", "readings of one length need a start and a length in whole milliseconds")
  }
  const times = regular ? undefined : checkedTimes(usage, n)
  const step = times === undefined ? (usage.stepMs ?? 0) : commonStep(times.starts, times.ends)
  const missing: { flags: Uint8Array | undefined } = { flags: undefined }
  const energy = (name: "import" | "export"): Float64Array => {
    const whole = usage[`${name}MWh`]
    const values =
      whole === undefined
        ? column(`${name}Kwh`, usage[`${name}Kwh`], true, n, missing)
        : column(`${name}MWh`, whole, false, n, missing)
    return round === undefined ? values : roundColumn(values, round)
  }
  const other = (name: "apparentKvah" | "reactiveKvarh"): Float64Array | undefined =>
    usage[name] === undefined ? undefined : column(name, usage[name], true, n, missing)
  const quality = usage.quality
  return {
    n,
    stepMs: step,
    t0: times === undefined ? (usage.start as number) : (times.starts[0] ?? 0),
    starts: step > 0 ? undefined : times?.starts,
    ends: step > 0 ? undefined : times?.ends,
    imported: energy("import"),
    exported: energy("export"),
    apparent: other("apparentKvah"),
    reactive: other("reactiveKvarh"),
    missing: missing.flags,
    estimated: quality === undefined ? undefined : Uint8Array.from({ length: n }, (_, i) => quality[i] ?? 0),
    refined: new Map(),
    divided: 0
  }
}

/** When a reading begins. */
export const startAt = (usage: Metered, i: number): number =>
  usage.stepMs > 0 ? usage.t0 + i * usage.stepMs : (usage.starts![i] ?? Number.POSITIVE_INFINITY)

/** When a reading ends. */
export const endAt = (usage: Metered, i: number): number =>
  usage.stepMs > 0 ? usage.t0 + (i + 1) * usage.stepMs : usage.ends![i]!

/** The first reading that begins at or after an instant. */
export const indexAt = (usage: Metered, instant: number): number => {
  if (usage.stepMs > 0) {
    const index = Math.ceil((instant - usage.t0) / usage.stepMs)
    return index < 0 ? 0 : index > usage.n ? usage.n : index
  }
  const starts = usage.starts!
  let low = 0
  let high = usage.n
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! < instant) low = middle + 1
    else high = middle
  }
  return low
}

import { billingPeriodAt } from "./billingPeriods.ts"
import type { Context, Part } from "./charges/Context.ts"
import type { Carry, State } from "./charges/State.ts"
import type { CompiledTariff } from "./compile/Compiled.ts"
import { Refused } from "./Refused.ts"
import type { Series } from "./model/Series.ts"
import { formatInstant, isDate, parseDate, toDayNumber } from "./time/Civil.ts"
import { type Clock, startOfDay } from "./time/Clock.ts"
import { daysBetween } from "./time/YearCalendar.ts"
import { dividedAt } from "./usage/divide.ts"
import { type Metered, type Usage, metered } from "./usage/Metered.ts"

/** A period to bill: instants, local dates up to but not including `to`, a month or a year. */
export type Period =
  | { readonly start: number; readonly end: number }
  | { readonly from: string; readonly to: string }
  | string

/** What a bill needs besides tariff and usage. */
export interface BillOptions {
  /** The price series and events the tariff names. */
  readonly series?: Readonly<Record<string, Series>>
  /** The assignment's parameters, such as a contracted capacity. */
  readonly params?: Readonly<Record<string, number | string | boolean>>
  /** What the bill before handed over. */
  readonly carry?: Carry
  /** Highest demands in kW by month, January first, for months without a bill. */
  readonly priorPeaksKw?: ReadonlyArray<string>
}

/** The instants of a period: `{ from, to }`, `"2026"`, `"2026-03"` or instants as they are. */
export const intervalOf = (clock: Clock, period: Period): { start: number; end: number } => {
  if (typeof period === "string") {
    const year = Number(period.slice(0, 4))
    const month = period.length > 4 ? Number(period.slice(5, 7)) : 0
    if (!/^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/.test(period)) {
      throw new Refused([
        { path: "period", message: `must be a year or month such as "2026-03", not "${period}"` }
      ])
    }
    const from = toDayNumber(year, month === 0 ? 1 : month, 1)
    const to = month === 0 || month === 12 ? toDayNumber(year + 1, 1, 1) : toDayNumber(year, month + 1, 1)
    return { start: startOfDay(clock, from), end: startOfDay(clock, to) }
  }
  if (!("start" in period)) {
    for (const field of ["from", "to"] as const) {
      if (isDate(period[field])) continue
      const message = `"${String(period[field])}" is not a date written like "2026-03-29"`
      throw new Refused([{ path: `period.${field}`, message }])
    }
  }
  const { end, start } =
    "start" in period
      ? period
      : { start: startOfDay(clock, parseDate(period.from)), end: startOfDay(clock, parseDate(period.to)) }
  if (!(end > start)) throw new Refused([{ path: "period", message: "must end after it starts" }])
  return { start, end }
}

/** The versions in force during an interval; one without a version cannot be priced. */
export const partsOf = (tariff: CompiledTariff, start: number, end: number): ReadonlyArray<Part> => {
  const nominal = billingPeriodAt(tariff, start)
  const days = daysBetween(tariff.clock, start, end)
  // A period longer than the cycle, such as a year at once, is related to itself.
  const ofDays = end <= nominal.end ? daysBetween(tariff.clock, nominal.start, nominal.end) : days
  const parts: Array<Part> = []
  let at = start
  for (const compiled of tariff.versions) {
    const from = Math.max(start, compiled.start)
    const to = Math.min(end, compiled.end)
    if (from >= to) continue
    if (from > at) refuseGap(at, from)
    parts.push({ compiled, start: from, end: to, days: daysBetween(tariff.clock, from, to), ofDays })
    at = to
  }
  if (at < end) refuseGap(at, end)
  return parts
}

const refuseGap = (from: number, to: number): never => {
  const message = `no version of the tariff is in force from ${formatInstant(from)} to ${formatInstant(to)}`
  throw new Refused([{ path: "versions", message }])
}

/** Puts together what an evaluation works on. */
export const contextFor = (
  tariff: CompiledTariff,
  usage: Usage | Metered,
  start: number,
  end: number,
  options: BillOptions,
  state: State
): Context => {
  const checked = "refined" in usage ? usage : metered(usage)
  const parts = partsOf(tariff, start, end)
  const edges = [start, end, ...parts.slice(1).map((part) => part.start)]
  const cut = dividedAt(checked, edges)
  const warnings = new Map<string, string>()
  if (cut !== checked) {
    warnings.set(
      "prorated",
      "a reading lies across the edge of a version or bill; its energy was divided in proportion to time"
    )
  }
  return {
    tariff,
    start,
    end,
    parts,
    usage: cut,
    whole: checked,
    series: options.series ?? {},
    params: options.params ?? {},
    priorPeaksKw: options.priorPeaksKw,
    state,
    lines: [],
    peaks: [],
    warnings,
    counted: new Map()
  }
}

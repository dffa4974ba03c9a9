import { Refused } from "../Refused.ts"
import { check } from "../check/check.ts"
import * as Scaled from "../exact/Scaled.ts"
import type { DemandCharge } from "../model/charge/DemandCharge.ts"
import type { EnergyCharge } from "../model/charge/EnergyCharge.ts"
import type { Round } from "../model/Fields.ts"
import type { Tiers } from "../model/Tiers.ts"
import type { Tariff, Version } from "../model/Tariff.ts"
import type { TouSet } from "../model/TouSet.ts"
import { parseDate } from "../time/Civil.ts"
import { type Clock, clockOf, startOfDay } from "../time/Clock.ts"
import { yearCalendar } from "../time/YearCalendar.ts"
import type { CompiledEnergy, CompiledStep, CompiledTariff, CompiledVersion } from "./Compiled.ts"
import { type TouGrid, touGrid } from "./TouGrid.ts"

const price = (text: string, round: Round | undefined): bigint => {
  const units = Scaled.parse(text, Scaled.PRICE_DIGITS)
  return round === undefined ? units : Scaled.round(units, Scaled.PRICE_DIGITS, round.places, round.mode)
}

const compileSteps = (tiers: Tiers): ReadonlyArray<CompiledStep> =>
  tiers.steps.map((step) => ({
    limits: [
      ...(step.upTo === null ? [] : [{ upTo: step.upTo, unit: step.unit ?? tiers.unit ?? ("kWh" as const) }]),
      ...(step.within === undefined ? [] : [step.within])
    ].map((limit) => ({ micro: Scaled.parse(limit.upTo, 6), unit: limit.unit }))
  }))

const compileEnergy = (
  charge: EnergyCharge,
  periodsOf: (set: string) => ReadonlyArray<string>,
  round: Round | undefined
): CompiledEnergy => {
  const it = charge.price
  const set = it.kind === "tou" || it.kind === "tiered" ? it.set : undefined
  const periods = set === undefined ? ["all"] : periodsOf(set)
  const none = { charge, set, periods, monthly: false, steps: undefined, series: undefined, round }
  switch (it.kind) {
    case "flat":
      return { ...none, prices: [[price(it.price, round)]] }
    case "monthly":
      return { ...none, monthly: true, prices: [it.prices.map((text) => price(text, round))] }
    case "tou":
      return { ...none, prices: periods.map((id) => [price(it.prices[id] ?? it.prices["*"] ?? "0", round)]) }
    case "tiered":
      return {
        ...none,
        steps: compileSteps(it.tiers),
        prices: periods.map((id) => (it.prices[id] ?? it.prices["*"] ?? []).map((text) => price(text, round)))
      }
    case "series":
      return { ...none, series: it, prices: [[]] }
  }
}

const compileVersion = (
  tariff: Tariff,
  version: Version,
  next: Version | undefined,
  clock: Clock
): CompiledVersion => {
  const until = version.validTo ?? next?.validFrom
  const periodsOf = (set: string) => tariff.touSets[set]!.periods.map((period) => period.id)
  return {
    version,
    start: startOfDay(clock, parseDate(version.validFrom)),
    end: until === undefined ? Number.POSITIVE_INFINITY : startOfDay(clock, parseDate(until)),
    energies: version.charges
      .filter((charge): charge is EnergyCharge => charge.kind === "energy")
      .map((charge) => compileEnergy(charge, periodsOf, version.billing.rounding?.price)),
    demands: version.charges.filter((charge): charge is DemandCharge => charge.kind === "demand"),
    others: version.charges.filter((charge) => charge.kind !== "energy" && charge.kind !== "demand")
  }
}

const makeCompiled = (tariff: Tariff): CompiledTariff => {
  const problems = check(tariff)
  if (problems.length > 0) throw new Refused(problems)
  const clock = clockOf(tariff.timeZone)
  const grids = new Map<string, TouGrid>()
  const set = (id: string): TouSet => tariff.touSets[id]!
  return {
    tariff,
    clock,
    set,
    versions: tariff.versions.map((version, index) =>
      compileVersion(tariff, version, tariff.versions[index + 1], clock)
    ),
    grid: (id, calendar) => {
      const key = `${id}:${calendar.year}`
      const known = grids.get(key)
      if (known !== undefined) return known
      const made = touGrid(set(id), tariff.calendars ?? {}, calendar)
      grids.set(key, made)
      return made
    }
  }
}

const compiled = new WeakMap<Tariff, CompiledTariff>()

/**
 * Makes a tariff ready for billing, or refuses it with everything that cannot be priced. The result is
 * remembered for the object, so a tariff must not be changed afterwards; make a new one instead.
 *
 * Years are prepared when first billed. Naming one prepares it now.
 */
export const compile = (tariff: Tariff, year?: number): CompiledTariff => {
  let it = compiled.get(tariff)
  if (it === undefined) {
    it = makeCompiled(tariff)
    compiled.set(tariff, it)
  }
  if (year !== undefined) {
    for (const id of Object.keys(tariff.touSets)) it.grid(id, yearCalendar(it.clock, year))
  }
  return it
}

import type { EnergyCharge } from "../model/charge/EnergyCharge.ts"
import type { Price } from "../model/Price.ts"
import type { Tiers } from "../model/Tiers.ts"
import { type Scope, isDecimal } from "./Scope.ts"

const kinds = ["flat", "monthly", "tou", "tiered", "series"]

const checkSetPrices = (
  scope: Scope,
  path: string,
  label: string,
  set: string,
  prices: Readonly<Record<string, unknown>>
): void => {
  const known = scope.tariff.touSets[set]
  if (known === undefined) {
    scope.add(`${path}.set`, `"${label}" uses the time-of-use set "${set}", which is not in the tariff`)
    return
  }
  const ids = known.periods.map((period) => period.id)
  for (const id of ids) {
    if (prices[id] === undefined && prices["*"] === undefined) {
      scope.add(`${path}.prices`, `"${label}" has no price for the period "${id}"`)
    }
  }
  for (const id of Object.keys(prices)) {
    if (id !== "*" && !ids.includes(id)) {
      scope.add(`${path}.prices`, `"${label}" has a price for "${id}", which is not a period of "${set}"`)
    }
  }
}

const checkTiers = (scope: Scope, charge: EnergyCharge, tiers: Tiers, path: string): void => {
  const { label } = charge
  const last = tiers.steps[tiers.steps.length - 1]
  if (last === undefined || last.upTo !== null || last.within !== undefined) {
    scope.add(
      `${path}.steps`,
      `the last tier of "${label}" ends at ${last?.upTo}; it must be open (null), or the rest has no price`
    )
  }
  let before = -1
  tiers.steps.forEach((step, at) => {
    if (step.within !== undefined && !isDecimal(step.within.upTo))
      scope.add(
        `${path}.steps[${at}].within`,
        `the limit "${step.within.upTo}" of "${label}" is not a number`
      )
    const unit = step.unit ?? tiers.unit ?? "kWh"
    const previous = tiers.steps[at - 1]
    if (step.upTo === null) {
      if (at < tiers.steps.length - 1)
        scope.add(`${path}.steps[${at}]`, `only the last tier of "${label}" may be open`)
      return
    }
    if (!isDecimal(step.upTo))
      scope.add(`${path}.steps[${at}]`, `the limit "${step.upTo}" of "${label}" is not a number`)
    const comparable = previous === undefined || (previous.unit ?? tiers.unit ?? "kWh") === unit
    if (comparable && step.within === undefined && Number(step.upTo) <= before) {
      scope.add(
        `${path}.steps[${at}]`,
        `the limits of "${label}" must rise, but ${step.upTo} follows ${before}`
      )
    }
    before = Number(step.upTo)
  })
  if (
    tiers.demand !== undefined &&
    scope.charges.every((one) => one.id !== tiers.demand || one.kind !== "demand")
  ) {
    scope.add(
      `${path}.demand`,
      `the tiers of "${label}" are sized by "${tiers.demand}", which is not a demand charge here`
    )
  }
  if (charge.direction === "net")
    scope.add(path, `"${label}" prices import minus export, which cannot be put into tiers`)
}

const numbersOf = (price: Price): ReadonlyArray<readonly [string, unknown]> => {
  switch (price.kind) {
    case "flat":
      return [["price", price.price]]
    case "monthly":
      return price.prices.map((one, at) => [`prices[${at}]`, one] as const)
    case "tou":
      return Object.entries(price.prices).map(([id, one]) => [`prices.${id}`, one] as const)
    case "tiered":
      return Object.entries(price.prices).flatMap(([id, list]) =>
        list.map((one, at) => [`prices.${id}[${at}]`, one] as const)
      )
    case "series":
      return [
        ...(["times", "floor", "cap"] as const).flatMap((name) =>
          price[name] === undefined ? [] : [[name, price[name]] as const]
        ),
        ...(price.plus === undefined
          ? []
          : numbersOf(price.plus).map(([field, one]) => [`plus.${field}`, one] as const)),
        ...(price.whenMissing === "error" || price.whenMissing === "hold"
          ? []
          : [["whenMissing", price.whenMissing] as const])
      ]
  }
}

const checkNetMetering = (scope: Scope, charge: EnergyCharge, path: string): void => {
  const { export: policy } = scope.version
  if (policy.kind !== "netMetering" || charge.nonBypassable === true || charge.direction === "net") return
  const { label, price } = charge
  if (price.kind === "series") {
    scope.add(
      path,
      `"${label}" has another price each interval, which net metering over a period cannot price`
    )
  }
  if (
    (price.kind === "tou" || price.kind === "tiered") &&
    price.set !== undefined &&
    price.set !== policy.set
  ) {
    scope.add(
      `${path}.set`,
      `"${label}" uses the set "${price.set}", but energy is netted by "${policy.set ?? "no set"}"`
    )
  }
  if (
    price.kind === "tiered" &&
    price.tiers.mode === "graduated" &&
    price.tiers.allocate === "chronological" &&
    price.set !== undefined
  ) {
    scope.add(
      `${path}.tiers.allocate`,
      `netted energy has no order in time, so the tiers of "${label}" must be proportional`
    )
  }
  if (price.kind === "tiered" && price.tiers.resets === "day") {
    scope.add(
      `${path}.tiers.resets`,
      `energy is netted over the billing period, so the tiers of "${label}" cannot begin again each day`
    )
  }
}

/** Checks the price of an energy charge. */
export const checkEnergy = (scope: Scope, charge: EnergyCharge, chargePath: string): void => {
  const path = `${chargePath}.price`
  const { label, price } = charge
  if (!kinds.includes(price.kind)) {
    scope.add(
      `${path}.kind`,
      `"${String(price.kind)}" is not a kind of price that can be priced; known are ${kinds.join(", ")}`
    )
    return
  }
  if ((charge.direction === "export") !== (charge.group === "export") && charge.direction !== "net") {
    const message = `"${label}" is about ${charge.direction}, so its group cannot be "${charge.group}"`
    scope.add(`${chargePath}.group`, message)
  }
  for (const [field, value] of numbersOf(price)) {
    if (!isDecimal(value))
      scope.add(
        `${path}.${field}`,
        `the price "${String(value)}" of "${label}" is not a number written like "0.245"`
      )
  }
  if (price.kind === "monthly" && price.prices.length !== 12)
    scope.add(`${path}.prices`, `"${label}" needs twelve prices, January first`)
  if (price.kind === "tou") checkSetPrices(scope, path, label, price.set, price.prices)
  if (price.kind === "series" && price.plus?.kind === "tou")
    checkSetPrices(scope, `${path}.plus`, label, price.plus.set, price.plus.prices)
  if (price.kind === "tiered") {
    if (price.set !== undefined) checkSetPrices(scope, path, label, price.set, price.prices)
    else if (price.prices["*"] === undefined && price.prices["all"] === undefined)
      scope.add(`${path}.prices`, `"${label}" has no prices for its tiers; list them under "*"`)
    for (const [id, list] of Object.entries(price.prices)) {
      if (list.length !== price.tiers.steps.length) {
        scope.add(
          `${path}.prices.${id}`,
          `"${label}" has ${price.tiers.steps.length} tiers, but ${list.length} prices for "${id}"`
        )
      }
    }
    checkTiers(scope, charge, price.tiers, `${path}.tiers`)
  }
  checkNetMetering(scope, charge, path)
}

import type { DemandCharge } from "../model/charge/DemandCharge.ts"
import { type Scope, isDecimal } from "./Scope.ts"

const statistics = ["max", "meanTop", "meanOfMonths", "coincident"]
const priceKinds = ["price", "tiered", "step", "contracted"]

const checkPick = (scope: Scope, charge: DemandCharge, path: string): void => {
  const sources = { pick: charge.pick, "ratchet.source": charge.ratchet?.source ?? {} }
  for (const [field, { periods, set }] of Object.entries(sources)) {
    if (set === undefined) {
      if (periods !== undefined)
        scope.add(`${path}.${field}`, `"${charge.label}" names periods, but not the set they are of`)
      continue
    }
    const known = scope.tariff.touSets[set]?.periods.map((period) => period.id)
    if (known === undefined)
      scope.add(`${path}.${field}.set`, `the time-of-use set "${set}" is not in the tariff`)
    for (const id of periods ?? []) {
      if (known?.includes(id) === false) scope.add(`${path}.${field}`, `"${id}" is not a period of "${set}"`)
    }
  }
}

const checkPrice = (scope: Scope, charge: DemandCharge, path: string): void => {
  const { label, price } = charge
  if (!priceKinds.includes(price.kind)) {
    scope.add(`${path}.price.kind`, `"${String(price.kind)}" is not a demand price that can be priced`)
  }
  if (price.kind === "tiered") {
    if (price.upTo.length !== price.prices.length)
      scope.add(`${path}.price`, `"${label}" needs one price for each tier`)
    if (price.upTo[price.upTo.length - 1] !== null) {
      scope.add(
        `${path}.price.upTo`,
        `the last tier of "${label}" must be open (null), or demand above it would be free`
      )
    }
    const limits = price.upTo.map((text) => (text === null ? Number.POSITIVE_INFINITY : Number(text)))
    if (limits.some((limit, at) => at > 0 && limit <= limits[at - 1]!)) {
      scope.add(`${path}.price.upTo`, `the limits of "${label}" must rise`)
    }
  }
  if (price.kind === "step" && price.amounts.length !== price.above.length + 1) {
    scope.add(`${path}.price.amounts`, `"${label}" needs one amount more than borders: one below the first`)
  }
}

/** Every number a demand charge writes as text, with its field. */
const numbersOf = (charge: DemandCharge): ReadonlyArray<readonly [string, unknown]> => {
  const { price, ratchet } = charge
  const list = (field: string, values: ReadonlyArray<unknown>) =>
    values.map((value, at) => [`${field}[${at}]`, value] as const)
  const percent = ratchet?.percent
  const fields: ReadonlyArray<readonly [string, unknown]> = [
    ["floorKw", charge.floorKw],
    ["ratchet.floorKw", ratchet?.floorKw],
    ...(Array.isArray(percent) ? list("ratchet.percent", percent) : [["ratchet.percent", percent] as const]),
    ...(price.kind === "price" || price.kind === "contracted"
      ? [["price.price", price.price ?? ""] as const]
      : []),
    ...(price.kind === "contracted"
      ? [
          ["price.overPrice", price.overPrice] as const,
          ["price.atLeastPercent", price.atLeastPercent] as const
        ]
      : []),
    ...(price.kind === "tiered"
      ? [
          ...list(
            "price.upTo",
            price.upTo.filter((one) => one !== null)
          ),
          ...list("price.prices", price.prices)
        ]
      : []),
    ...(price.kind === "step"
      ? [...list("price.above", price.above), ...list("price.amounts", price.amounts)]
      : [])
  ]
  return fields.filter(([, value]) => value !== undefined)
}

/** A demand by the day is the highest of each day; what else a demand can be is not known for a day. */
const checkDaily = (scope: Scope, charge: DemandCharge, path: string): void => {
  if (charge.per !== "day") return
  for (const field of ["floorKw", "ratchet", "demandOf"] as const) {
    if (charge[field] === undefined) continue
    scope.add(
      `${path}.${field}`,
      `"${charge.label}" is charged by the day, where "${field}" cannot be priced`
    )
  }
  if (charge.statistic.kind !== "max") {
    const message = `"${charge.label}" is charged by the day, where only the highest demand can be priced`
    scope.add(`${path}.statistic`, message)
  }
}

/** Checks a demand charge. */
export const checkDemand = (scope: Scope, charge: DemandCharge, path: string): void => {
  const { label, statistic } = charge
  checkPick(scope, charge, path)
  checkPrice(scope, charge, path)
  checkDaily(scope, charge, path)
  for (const [field, value] of numbersOf(charge)) {
    if (!isDecimal(value))
      scope.add(`${path}.${field}`, `"${String(value)}" of "${label}" is not a number written like "12.50"`)
  }
  if (!statistics.includes(statistic.kind)) {
    scope.add(
      `${path}.statistic`,
      `"${String(statistic.kind)}" is not a way to find a demand that can be priced`
    )
  }
  if (statistic.kind === "meanOfMonths" && charge.per !== "month" && charge.per !== "billingPeriod") {
    scope.add(
      `${path}.per`,
      `"${label}" is a mean of months, so it must be charged by the month or billing period`
    )
  }
  if (charge.demandOf !== undefined) {
    const at = scope.charges.findIndex((one) => one.id === charge.demandOf && one.kind === "demand")
    if (at < 0 || at >= scope.charges.indexOf(charge)) {
      scope.add(
        `${path}.demandOf`,
        `"${label}" uses the demand of "${charge.demandOf}", which must be a demand charge before it`
      )
    }
  }
}

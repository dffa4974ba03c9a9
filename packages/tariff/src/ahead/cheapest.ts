import { isDecimal } from "../check/Scope.ts"
import type { BillOptions } from "../contextFor.ts"
import * as Scaled from "../exact/Scaled.ts"
import type { Tariff } from "../model/Tariff.ts"
import { Refused } from "../Refused.ts"
import type { Metered, Usage } from "../usage/Metered.ts"
import { unitPrices } from "./unitPrices.ts"

/** When to use energy, and what it costs there. */
export interface Cheapest {
  readonly start: number
  readonly end: number
  /** Money per kWh, the mean over the time. */
  readonly price: string
  readonly cost: string
}

/** What is to be done: so much energy, evenly over a time, somewhere within an interval. */
export interface Task {
  readonly start: number
  readonly end: number
  readonly durationMs: number
  readonly kwh: string
}

/** The cheapest time for a task that runs through; the earliest of several. */
export const cheapestWindow = (
  tariff: Tariff,
  usage: Usage | Metered | undefined,
  task: Task,
  options: BillOptions = {}
): Cheapest => {
  const first = Math.ceil(task.start / 900_000) * 900_000
  const steps = Math.ceil(task.durationMs / 900_000)
  if (steps < 1 || first + steps * 900_000 > task.end) {
    throw new Refused([{ path: "task", message: "the time needed does not fit between start and end" }])
  }
  if (!isDecimal(task.kwh)) {
    const message = `"${String(task.kwh)}" is not a number of kWh written like "7.5"`
    throw new Refused([{ path: "task.kwh", message }])
  }
  const prices = unitPrices(tariff, usage, { start: first, end: task.end }, options)
  const units = prices.import.map((text) => Scaled.parse(text, Scaled.PRICE_DIGITS))
  let sum = units.slice(0, steps).reduce((total, one) => total + one, 0n)
  let least = sum
  let best = 0
  for (let at = 1; at + steps <= units.length && first + (at + steps) * 900_000 <= task.end; at++) {
    sum += units[at + steps - 1]! - units[at - 1]!
    if (sum < least) {
      least = sum
      best = at
    }
  }
  const price = Scaled.divide(least, BigInt(steps))
  const kwh = Scaled.parse(task.kwh, Scaled.QUANTITY_DIGITS)
  return {
    start: prices.start[best]!,
    end: prices.start[best]! + steps * 900_000,
    price: Scaled.format(price, Scaled.PRICE_DIGITS),
    cost: Scaled.format(Scaled.divide(kwh * least, BigInt(steps)), Scaled.AMOUNT_DIGITS)
  }
}

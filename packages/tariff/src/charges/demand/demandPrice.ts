import * as Scaled from "../../exact/Scaled.ts"
import type { DemandCharge } from "../../model/charge/DemandCharge.ts"
import { Refused } from "../../Refused.ts"
import type { Context, Part, Peak } from "../Context.ts"
import { type Times, timesOf } from "../fixed.ts"
import { addLine } from "../lines.ts"
import type { Found } from "./powers.ts"
import { quantity as quantityOf } from "../tiers.ts"

/** A quantity of demand at a price. */
interface Item {
  readonly quantity: bigint
  readonly price: bigint
  readonly tier?: number
  readonly rule: string
}

const price = (text: string): bigint => Scaled.parse(text, Scaled.PRICE_DIGITS)

const kw = (text: string | number): bigint => Scaled.parse(text, Scaled.QUANTITY_DIGITS)

const tierItems = (
  demand: bigint,
  upTo: ReadonlyArray<string | null>,
  prices: ReadonlyArray<string>
): ReadonlyArray<Item> => {
  let below = 0n
  return upTo.flatMap((text, tier): ReadonlyArray<Item> => {
    const limit = text === null || kw(text) > demand ? demand : kw(text)
    const width = limit > below ? limit - below : 0n
    below += width
    if (width === 0n && tier > 0) return []
    return [
      { quantity: width, price: price(prices[tier]!), tier: tier + 1, rule: `tier ${tier + 1} of demand` }
    ]
  })
}

/** The class a demand belongs to; on a border it is the lower one if thresholds are included. */
const stepItem = (
  demand: bigint,
  it: { above: ReadonlyArray<string>; amounts: ReadonlyArray<string>; thresholdIncluded: boolean }
): Item => {
  const step = it.above.filter((text) => {
    const border = kw(text)
    return it.thresholdIncluded ? demand > border : demand >= border
  }).length
  const size = Scaled.format(demand, Scaled.QUANTITY_DIGITS)
  const rule = `demand of ${size} kW is class ${step + 1} of ${it.amounts.length}`
  return { quantity: Scaled.ONE_QUANTITY, price: price(it.amounts[step]!), tier: step + 1, rule }
}

const contractedItems = (context: Context, charge: DemandCharge, demand: bigint): ReadonlyArray<Item> => {
  const it = charge.price
  if (it.kind !== "contracted") return []
  const given = context.params[it.param]
  if (typeof given !== "number" && typeof given !== "string") {
    const message = `${charge.label} needs the contracted capacity in kW as the parameter "${it.param}"`
    throw new Refused([{ path: `params.${it.param}`, message }])
  }
  const contracted = kw(given)
  const least =
    it.atLeastPercent === undefined
      ? 0n
      : Scaled.divide(contracted * price(it.atLeastPercent), 100n * Scaled.ONE_QUANTITY)
  const within = demand < contracted ? demand : contracted
  const base = it.bill === "contracted" ? contracted : within > least ? within : least
  const over = demand > contracted ? demand - contracted : 0n
  const items: Array<Item> = [
    {
      quantity: base,
      price: price(it.price),
      tier: 1,
      rule: `contracted ${Scaled.format(contracted, Scaled.QUANTITY_DIGITS)} kW`
    }
  ]
  if (over > 0n)
    items.push({
      quantity: over,
      price: price(it.overPrice ?? it.price),
      tier: 2,
      rule: "above the contracted capacity"
    })
  return items
}

const itemsOf = (context: Context, charge: DemandCharge, demand: bigint): ReadonlyArray<Item> => {
  switch (charge.price.kind) {
    case "price":
      return [{ quantity: demand, price: price(charge.price.price), rule: "demand" }]
    case "tiered":
      return tierItems(demand, charge.price.upTo, charge.price.prices)
    case "step":
      return [stepItem(demand, charge.price)]
    case "contracted":
      return contractedItems(context, charge, demand)
  }
}

/** The demand of each day. What is contracted is paid for a day without a reading too. */
const dailyDemands = (
  context: Context,
  part: Part,
  charge: DemandCharge,
  found: Found
): ReadonlyArray<bigint> => {
  const measured = found.byDay.map(quantityOf)
  if (charge.price.kind !== "contracted") return measured
  const days = Number(timesOf(context, part, "day", true, charge.active?.months).count)
  return [...measured, ...Array.from({ length: Math.max(0, days - measured.length) }, () => 0n)]
}

const unitOf = (charge: DemandCharge): string => {
  if (charge.price.kind === "step") return "class"
  if (charge.per === "day") return `${charge.unit}·d`
  return charge.per === "year" ? `${charge.unit}·year` : charge.unit
}

/** The lines of a demand: one for each tier it reaches, all days together when it is charged by the day. */
export const demandLines = (
  context: Context,
  part: Part,
  charge: DemandCharge,
  peak: Peak,
  found: Found,
  month: number,
  portion: Times
): void => {
  const demands = charge.per === "day" ? dailyDemands(context, part, charge, found) : [peak.units]
  const merged = new Map<number, Item>()
  for (const demand of demands) {
    for (const item of itemsOf(context, charge, demand)) {
      const before = merged.get(item.tier ?? 0)
      // Classes have a sum each, so days in different classes stay apart; a tier has one price.
      merged.set(
        item.tier ?? 0,
        before === undefined ? item : { ...item, quantity: before.quantity + item.quantity }
      )
    }
  }
  const sign = charge.direction === "export" ? -1n : 1n
  for (const item of merged.values()) {
    const [count, of] = [BigInt(portion.count), BigInt(portion.of)]
    const exact = sign * Scaled.divide(item.quantity * item.price * count, of)
    const quantity = Scaled.divide(item.quantity * count, of)
    const days = count === of ? "" : `, ${count} of ${of} days`
    addLine(context, charge, {
      versionId: part.compiled.version.id,
      from: part.start,
      to: part.end,
      ...(item.tier === undefined ? {} : { tier: item.tier }),
      ...(month === 0 ? {} : { month }),
      quantity,
      unit: unitOf(charge),
      price: item.price,
      at: peak.at,
      exact,
      explain: () => [
        {
          from: peak.at,
          to: peak.at + (charge.minutes ?? 0) * 60_000,
          rule: peak.source === "actual" ? item.rule + days : `${item.rule}, from the ${peak.source}${days}`,
          ...(item.tier === undefined ? {} : { tier: item.tier }),
          quantity,
          price: item.price,
          amount: exact
        }
      ]
    })
  }
}

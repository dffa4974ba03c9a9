import type { CompiledVersion } from "./compile/Compiled.ts"
import { type Context, type Part, warn } from "./charges/Context.ts"
import { demandOf } from "./charges/demand/demand.ts"
import { energyLines } from "./charges/energy.ts"
import { creditLine, fixedLine } from "./charges/fixed.ts"
import { type LedgerSheet, newSheet, settleMoney, useMoney } from "./charges/ledger.ts"
import { limitCharge } from "./charges/limit.ts"
import { energyAsCredit, netEnergy, settleEnergy } from "./charges/netMetering.ts"
import { nettedLines } from "./charges/nettedLines.ts"
import { type Contained, containedTax, isContained, percentLine } from "./charges/percent.ts"
import { powersOf } from "./charges/demand/powers.ts"
import { piecesOf } from "./usage/pieces.ts"
import { quantity } from "./charges/tiers.ts"
import * as Scaled from "./exact/Scaled.ts"
import type { CreditCharge } from "./model/charge/CreditCharge.ts"
import type { PercentCharge } from "./model/charge/PercentCharge.ts"

/** What an evaluation comes to besides the lines in its context. */
export interface Outcome {
  readonly total: bigint
  readonly tax: bigint
  readonly ledger: LedgerSheet
}

const ofKind = <K extends string>(version: CompiledVersion, kind: K) =>
  version.others.filter(
    (charge): charge is Extract<typeof charge, { readonly kind: K }> => charge.kind === kind
  )

/** Tiers per kW without a demand charge of their own are sized by the highest demand of the period. */
const plainDemand = (context: Context): void => {
  const pieces = piecesOf(context.tariff.clock, context.start, context.end, false)
  const needed = context.parts.some((part) =>
    part.compiled.energies.some((energy) =>
      energy.steps?.some((step) => step.limits.some((limit) => limit.unit.startsWith("kWh/kW")))
    )
  )
  if (!needed) return
  const found = powersOf(
    context,
    {
      kind: "demand",
      id: "",
      label: "Demand",
      group: "other",
      direction: "import",
      unit: "kW",
      pick: {},
      statistic: { kind: "max" },
      per: "billingPeriod",
      price: { kind: "price", price: "0" }
    },
    pieces,
    context.parts[context.parts.length - 1]!
  )
  context.peaks.push({
    chargeId: "",
    units: quantity(found.max),
    at: found.at,
    from: context.start,
    to: context.end,
    source: "actual",
    actual: found.max
  })
}

const isNetted = (charge: { readonly direction: string; readonly nonBypassable?: boolean }): boolean =>
  charge.nonBypassable !== true && charge.direction !== "net"

const isNetMetered = (part: Part): boolean => part.compiled.version.export.kind === "netMetering"

/**
 * Energy under net metering: netted once for all of its versions in the bill, priced by the last of them.
 *
 * What is not netted is priced by each version in its own days, and so are versions without net metering.
 */
const energyOf = (context: Context, sheet: LedgerSheet): void => {
  const netting = context.parts.filter(isNetMetered)
  const last = netting[netting.length - 1]
  for (const part of context.parts) {
    if (part === last) netMetered(context, netting, last, sheet)
    else {
      for (const energy of part.compiled.energies)
        if (!isNetMetered(part) || !isNetted(energy.charge)) energyLines(context, part, energy)
    }
  }
}

const netMetered = (context: Context, netting: ReadonlyArray<Part>, last: Part, sheet: LedgerSheet): void => {
  const policy = last.compiled.version.export
  if (policy.kind !== "netMetering") return
  const days = netting.reduce((sum, part) => sum + part.days, 0)
  const whole: Part = { ...last, start: netting[0]!.start, days }
  const netted = netEnergy(context, whole, policy, sheet)
  for (const energy of last.compiled.energies) {
    if (!isNetted(energy.charge)) energyLines(context, last, energy)
    else if (energy.charge.direction === "import" || policy.surplus === "money")
      nettedLines(context, whole, energy, netted)
  }
}

const exportCredits = (context: Context): bigint =>
  context.lines.reduce(
    (sum, line) => (line.kind === "energy" && line.group === "export" ? sum - line.amount : sum),
    0n
  )

/** Credits of exports are put aside and used, where the policy has a ledger. */
const ledgerStep = (context: Context, part: Part, sheet: LedgerSheet): void => {
  const policy = part.compiled.version.export
  if (policy.kind === "netBilling" && policy.ledger !== undefined) {
    useMoney(context, part, policy.ledger, sheet, exportCredits(context))
  } else if (policy.kind === "netMetering") {
    const asCredit = energyAsCredit(context, policy)
    if (policy.surplus === "money") useMoney(context, part, policy.ledger, sheet, exportCredits(context))
    else if (asCredit !== 0n || sheet.money.open !== 0n) useEnergyCredit(context, part, sheet, asCredit)
  }
}

/** kWh that became money pay this bill first and later ones with the rest; they have no line of their own. */
const useEnergyCredit = (context: Context, part: Part, sheet: LedgerSheet, amount: bigint): void => {
  const policy = part.compiled.version.export
  if (policy.kind !== "netMetering") return
  sheet.money.open += amount
  useMoney(context, part, policy.ledger, sheet, 0n)
  sheet.money.open -= amount
  sheet.money.earned += amount
}

const settle = (context: Context, part: Part, sheet: LedgerSheet): void => {
  const policy = part.compiled.version.export
  if (policy.kind === "netBilling" && policy.ledger !== undefined)
    settleMoney(context, part, policy.ledger, sheet)
  if (policy.kind !== "netMetering") return
  if (policy.surplus === "money") settleMoney(context, part, policy.ledger, sheet)
  else context.state.money = sheet.money.close
  settleEnergy(context, part, policy, sheet)
}

/** Credits that are cut to what there is to pay come after the others, so their sequence does not matter. */
const creditsOf = (part: Part): ReadonlyArray<CreditCharge> =>
  ofKind(part.compiled, "credit").toSorted((a, b) =>
    a.upTo === undefined || b.upTo === undefined
      ? Number(a.upTo !== undefined) - Number(b.upTo !== undefined)
      : a.id < b.id
        ? -1
        : 1
  )

const percents = (part: Part): ReadonlyArray<PercentCharge> =>
  ofKind(part.compiled, "percent").toSorted((a, b) => a.order - b.order)

/** The difference rounding the total makes is a line, so that lines always sum to the total. */
const roundTotal = (context: Context, part: Part, total: bigint): bigint => {
  const round = part.compiled.version.billing.rounding?.bill
  if (round === undefined) return total
  const rounded = Scaled.round(total, Scaled.AMOUNT_DIGITS, round.places, round.mode)
  const { end: to, start: from } = context
  const amount = rounded - total
  if (amount !== 0n) {
    context.lines.push({
      chargeId: "rounding",
      kind: "rounding",
      label: "Rounding",
      group: "other",
      versionId: part.compiled.version.id,
      from,
      to,
      quantity: Scaled.ONE_QUANTITY,
      unit: "bill",
      exact: amount,
      amount,
      explain: () => [{ from, to, rule: `total to ${round.places} places, ${round.mode}`, amount }]
    })
  }
  return rounded
}

/**
 * Makes the lines of a bill, in this sequence: energy (which needs the demand for tiers per kW), demand,
 * fixed amounts and credits, the ledger, percentages by their order, minimum and maximum, the true-up,
 * rounding.
 *
 * Percentages come before limits since a minimum is what is paid at least, taxes included. The true-up comes
 * last since money that is paid out is no longer a charge of the period.
 */
export const evaluate = (context: Context): Outcome => {
  const sheet = newSheet(context)
  const last = context.parts[context.parts.length - 1]!
  plainDemand(context)
  const demandFrom = context.lines.length
  for (const part of context.parts)
    for (const demand of part.compiled.demands) demandOf(context, part, demand)
  const demandLines = context.lines.splice(demandFrom)
  energyOf(context, sheet)
  context.lines.push(...demandLines)
  for (const part of context.parts)
    for (const charge of ofKind(part.compiled, "fixed")) fixedLine(context, part, charge)
  for (const part of context.parts) for (const charge of creditsOf(part)) creditLine(context, part, charge)
  ledgerStep(context, last, sheet)
  let tax = 0n
  for (const part of context.parts) {
    const contained: Array<Contained> = []
    for (const charge of percents(part)) {
      if (isContained(part, charge)) contained.push({ charge, seen: context.lines.length })
      else percentLine(context, part, charge)
    }
    tax += containedTax(context, part, contained)
  }
  for (const charge of ofKind(last.compiled, "maximum")) limitCharge(context, last, charge)
  for (const charge of last.compiled.others) {
    if (charge.kind === "minimum" && charge.per !== "year") limitCharge(context, last, charge)
  }
  for (const charge of last.compiled.others) {
    if (charge.kind === "minimum" && charge.per === "year") limitCharge(context, last, charge)
  }
  settle(context, last, sheet)
  const total = roundTotal(
    context,
    last,
    context.lines.reduce((sum, line) => sum + line.amount, 0n)
  )
  for (const line of context.lines) if (line.group === "tax") tax += line.amount
  if (context.parts.some((part) => part.compiled.version.export.kind !== last.compiled.version.export.kind)) {
    warn(
      context,
      "export-change",
      "the export rules changed within the bill; energy was netted over the days of net metering alone"
    )
  }
  return { total, tax, ledger: sheet }
}

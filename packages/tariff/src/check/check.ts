import type { Problem } from "../Refused.ts"
import type { Charge } from "../model/charge/Charge.ts"
import type { Tariff, Version } from "../model/Tariff.ts"
import { checkDemand } from "./checkDemand.ts"
import { checkEnergy } from "./checkEnergy.ts"
import { checkDates, checkFields, checkMonths } from "./checkFields.ts"
import { checkGroup, checkSelector, checkSelectors } from "./checkSelectors.ts"
import { checkSet } from "./checkSet.ts"
import { checkShape } from "./checkShape.ts"
import { type Scope, isDecimal } from "./Scope.ts"

const kinds = ["energy", "demand", "fixed", "minimum", "maximum", "percent", "credit"]

const checkAmounts = (scope: Scope, charge: Charge, path: string): void => {
  const amount = charge.kind === "percent" ? charge.percent : "amount" in charge ? charge.amount : "0"
  if (!isDecimal(amount)) {
    scope.add(
      `${path}.${charge.kind === "percent" ? "percent" : "amount"}`,
      `"${amount}" is not a number written like "12.50"`
    )
  }
  if (charge.kind === "credit" && charge.per === "once" && charge.on === undefined) {
    scope.add(`${path}.on`, `"${charge.label}" is given once, but the date is missing`)
  }
}

/** A percentage may only be of percentages that come before it. */
const checkOrder = (scope: Scope, charge: Charge, path: string): void => {
  if (charge.kind !== "percent") return
  for (const other of scope.charges) {
    if (other.kind !== "percent" || other.id === charge.id || charge.base.except?.includes(other.id) === true)
      continue
    if (charge.base.ids?.includes(other.id) === true && other.order >= charge.order) {
      scope.add(
        `${path}.order`,
        `"${charge.label}" is a percentage of "${other.label}", which is calculated later`
      )
    }
  }
}

const checkCharge = (scope: Scope, charge: Charge, path: string): void => {
  if (!kinds.includes(charge.kind)) {
    const known = kinds.join(", ")
    scope.add(path, `"${String(charge.kind)}" is not a kind of charge that can be priced; known are ${known}`)
    return
  }
  checkGroup(scope, `${path}.group`, charge.group)
  checkMonths(`${path}.active.months`, charge.active?.months, scope.add)
  if (charge.kind === "energy") checkEnergy(scope, charge, path)
  if (charge.kind === "demand") checkDemand(scope, charge, path)
  checkSelectors(scope, charge, path)
  checkAmounts(scope, charge, path)
  checkOrder(scope, charge, path)
}

const checkExport = (scope: Scope, path: string): void => {
  const { export: policy } = scope.version
  const exports = scope.charges.filter((charge) => charge.kind === "energy" && charge.direction === "export")
  if (policy.kind === "none" && exports.length > 0) {
    scope.add(
      `${path}.export`,
      `"${exports[0]!.label}" is a price for exported energy, but the tariff says it has no export`
    )
  }
  if (!["none", "netBilling", "netMetering", "buyAllSellAll"].includes(policy.kind)) {
    scope.add(`${path}.export.kind`, `"${String(policy.kind)}" is not an export rule that can be priced`)
  }
  if ("ledger" in policy && policy.ledger !== undefined) {
    const label = "The ledger of export credits"
    checkSelector(scope, `${path}.export.ledger.applyTo`, label, policy.ledger.applyTo)
  }
  if (policy.kind !== "netMetering") return
  if (policy.set !== undefined && scope.tariff.touSets[policy.set] === undefined) {
    scope.add(`${path}.export.set`, `the time-of-use set "${policy.set}" is not in the tariff`)
  }
  if (policy.surplus === "kWh" && exports.length > 0) {
    scope.add(
      `${path}.export.surplus`,
      `surplus is kept as kWh, so the export price "${exports[0]!.label}" would never be used`
    )
  }
  const { trueUp } = policy.ledger
  if (
    policy.surplus === "kWh" &&
    (trueUp.left === "pay" || trueUp.left === "credit") &&
    trueUp.price === undefined
  ) {
    scope.add(
      `${path}.export.ledger.trueUp.price`,
      "kWh left at the end of the year are bought, but their price is missing"
    )
  }
}

const checkVersion = (tariff: Tariff, version: Version, index: number, add: Scope["add"]): void => {
  const path = `versions[${index}]`
  const scope: Scope = { tariff, version, charges: version.charges, add }
  checkDates(path, version, add)
  const seen = new Set<string>()
  version.charges.forEach((charge, at) => {
    const where = `${path}.charges[${at}]`
    if (seen.has(charge.id))
      add(`${where}.id`, `two charges are called "${charge.id}"; each needs a name of its own`)
    seen.add(charge.id)
    checkCharge(scope, charge, where)
  })
  checkExport(scope, path)
  const before = tariff.versions[index - 1]
  if (before === undefined) return
  const ended = before.validTo ?? version.validFrom
  if (before.validFrom >= version.validFrom || ended > version.validFrom) {
    add(`${path}.validFrom`, `version "${version.id}" begins before version "${before.id}" has ended`)
  } else if (ended < version.validFrom) {
    const gap = `from ${ended} to ${version.validFrom} no version is in force`
    add(`${path}.validFrom`, `${gap}; let "${before.id}" end or "${version.id}" begin so that they meet`)
  }
}

/**
 * Everything in a tariff that cannot be priced, in words for the person who wrote it. A tariff with problems
 * is never billed in part: what is not understood is refused, not left out.
 */
export const check = (tariff: Tariff): ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  const add = (path: string, message: string): void => {
    problems.push({ path, message })
  }
  checkShape(tariff, add)
  if (problems.length > 0) return problems
  checkFields(tariff, add)
  for (const [id, set] of Object.entries(tariff.touSets)) checkSet(tariff, id, set, add)
  if (problems.length === 0) {
    tariff.versions.forEach((version, index) => checkVersion(tariff, version, index, add))
  }
  return problems
}

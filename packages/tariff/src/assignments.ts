import { bill, meteredFor } from "./bill.ts"
import { billingPeriods } from "./billingPeriods.ts"
import { compile } from "./compile/compile.ts"
import { type BillOptions, type Period, intervalOf } from "./contextFor.ts"
import type { Assignment } from "./model/Assignment.ts"
import type { Bill } from "./model/Bill.ts"
import type { Charge } from "./model/charge/Charge.ts"
import type { Tariff } from "./model/Tariff.ts"
import { Refused } from "./Refused.ts"
import { parseDate } from "./time/Civil.ts"
import { startOfDay } from "./time/Clock.ts"
import type { Metered, Usage } from "./usage/Metered.ts"

type Override = NonNullable<Assignment["overrides"]>[number]

const overridden = (charge: Charge, override: Override): Charge => {
  const { amount, price } = override
  if (price !== undefined && charge.kind === "energy") return { ...charge, price: { kind: "flat", price } }
  if (price !== undefined && charge.kind === "demand") return { ...charge, price: { kind: "price", price } }
  if (amount !== undefined && "amount" in charge) return { ...charge, amount }
  const message = `the assignment changes "${charge.label}", but not in a way that kind of charge allows`
  throw new Refused([{ path: `overrides.${override.chargeId}`, message }])
}

const made = new WeakMap<Assignment, WeakMap<Tariff, Tariff>>()

/** The tariff with the prices and amounts that were agreed; the same object for the same assignment. */
export const assigned = (tariff: Tariff, assignment: Assignment): Tariff => {
  const { overrides } = assignment
  if (overrides === undefined || overrides.length === 0) return tariff
  const known = made.get(assignment)?.get(tariff)
  if (known !== undefined) return known
  for (const { chargeId } of overrides) {
    if (tariff.versions.every((version) => version.charges.every((charge) => charge.id !== chargeId))) {
      throw new Refused([
        { path: `overrides.${chargeId}`, message: `the tariff has no charge called "${chargeId}"` }
      ])
    }
  }
  const [first, ...others] = tariff.versions.map((version) => ({
    ...version,
    charges: version.charges.map((charge) => {
      const override = overrides.find((one) => one.chargeId === charge.id)
      return override === undefined ? charge : overridden(charge, override)
    })
  }))
  const it: Tariff = { ...tariff, versions: [first!, ...others] }
  const byTariff = made.get(assignment) ?? new WeakMap<Tariff, Tariff>()
  made.set(assignment, byTariff)
  byTariff.set(tariff, it)
  return it
}

/** A bill and the assignment it was made under. */
export interface AssignedBill {
  readonly assignmentId: string
  readonly bill: Bill
}

/** The one that follows an assignment for the same energy. */
const following = (sorted: ReadonlyArray<Assignment>, index: number): Assignment | undefined =>
  sorted.slice(index + 1).find((one) => one.direction === sorted[index]!.direction)

/** Bills a location under whatever tariffs it had, one bill for each billing period of each assignment. */
export const billAssignments = (
  assignments: ReadonlyArray<Assignment>,
  tariffs: ReadonlyArray<Tariff>,
  usage: Usage | Metered,
  period: Period,
  options: BillOptions = {}
): ReadonlyArray<AssignedBill> =>
  assignments
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .flatMap((assignment, index, sorted) => {
      const found = tariffs.find((tariff) => tariff.id === assignment.tariffId)
      if (found === undefined) {
        const message = `the tariff "${assignment.tariffId}" was not given`
        throw new Refused([{ path: `assignments.${assignment.id}`, message }])
      }
      const tariff = assigned(found, assignment)
      const compiled = compile(tariff)
      const asked = intervalOf(compiled.clock, period)
      const at = (date: string | undefined, otherwise: number): number =>
        date === undefined ? otherwise : startOfDay(compiled.clock, parseDate(date))
      const start = Math.max(asked.start, at(assignment.from, asked.start))
      const end = Math.min(asked.end, at(assignment.to ?? following(sorted, index)?.from, asked.end))
      if (start >= end) return []
      const { params, priorPeaksKw } = assignment
      let carry = options.carry
      return billingPeriods(compiled, { start, end }).map((one) => {
        const made = bill(tariff, meteredFor(tariff, usage), one, {
          ...options,
          ...(params === undefined ? {} : { params }),
          ...(priorPeaksKw === undefined ? {} : { priorPeaksKw }),
          ...(carry === undefined ? {} : { carry })
        })
        carry = made.carry
        return { assignmentId: assignment.id, bill: made }
      })
    })

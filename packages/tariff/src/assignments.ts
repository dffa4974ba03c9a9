import { bill, meteredFor } from "./bill.ts"
import { billingPeriods } from "./billingPeriods.ts"
import { compile } from "./compile/compile.ts"
import { type BillOptions, type Period, intervalOf } from "./contextFor.ts"
import type { Carry } from "./charges/State.ts"
import type { Assignment } from "./model/Assignment.ts"
import type { Bill } from "./model/Bill.ts"
import type { Charge } from "./model/charge/Charge.ts"
import type { Tariff } from "./model/Tariff.ts"
import { Refused } from "./Refused.ts"
import { formatDate, parseDate } from "./time/Civil.ts"
import { dayOf, startOfDay } from "./time/Clock.ts"
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

/** Local days, up to but not including `to`, that no assignment covers, for one direction or for both. */
export interface Unbilled {
  readonly direction?: Direction
  readonly from: string
  readonly to: string
}

/** A bill and the assignment it was made under. */
export interface AssignedBill {
  readonly assignmentId: string
  readonly bill: Bill
  /**
   * Days of the asked period right before this bill that nothing was billed for; on an assignment's last bill
   * also those after it, when no other one follows. Empty where assignments follow each other.
   */
  readonly unbilled: ReadonlyArray<Unbilled>
}

type Direction = "import" | "export"

/** An assignment with the day it ends: its own, or where the next one for the same energy begins. */
interface Placed {
  readonly assignment: Assignment
  readonly to: string | undefined
}

const directionsOf = ({ direction }: Assignment): ReadonlyArray<Direction> =>
  direction === undefined ? ["import", "export"] : [direction]

const shareEnergy = (a: Assignment, b: Assignment): boolean =>
  a.direction === undefined || b.direction === undefined || a.direction === b.direction

/** Puts assignments in order; energy that two of them would bill is refused. */
const placed = (assignments: ReadonlyArray<Assignment>): ReadonlyArray<Placed> => {
  const sorted = assignments.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  return sorted.map((assignment, index) => {
    const next = sorted.slice(index + 1).find((one) => shareEnergy(one, assignment))
    const { from, id, to } = assignment
    const overlaps = next !== undefined && (to === undefined ? next.from === from : next.from < to)
    if (overlaps) {
      const message = `the assignments "${id}" and "${next.id}" overlap from ${next.from} on`
      throw new Refused([{ path: `assignments.${next.id}.from`, message }])
    }
    return { assignment, to: to ?? next?.from }
  })
}

const later = (a: string, b: string): string => (a > b ? a : b)

/** The days before or after an assignment that none covers, for each of its directions. */
const gapsOf = (
  all: ReadonlyArray<Placed>,
  index: number,
  asked: { readonly from: string; readonly to: string },
  side: "before" | "after"
): ReadonlyArray<Unbilled> => {
  const { assignment, to } = all[index]!
  const found = directionsOf(assignment).flatMap((direction): ReadonlyArray<Required<Unbilled>> => {
    const covers = (one: Placed): boolean => directionsOf(one.assignment).includes(direction)
    if (side === "after") {
      const follows = all.slice(index + 1).some((one) => covers(one) && one.assignment.from < asked.to)
      return follows || to === undefined || to >= asked.to ? [] : [{ direction, from: to, to: asked.to }]
    }
    const ends = all.slice(0, index).flatMap((one) => (covers(one) ? (one.to ?? []) : []))
    const from = ends.reduce(later, asked.from)
    return from < assignment.from ? [{ direction, from, to: assignment.from }] : []
  })
  const [first, second] = found
  if (first === undefined) return []
  const both = assignment.direction === undefined && first.from === second?.from && first.to === second.to
  return both ? [{ from: first.from, to: first.to }] : found
}

const tariffOf = (assignment: Assignment, tariffs: ReadonlyArray<Tariff>): Tariff => {
  const found = tariffs.find((tariff) => tariff.id === assignment.tariffId)
  if (found !== undefined) return assigned(found, assignment)
  const message = `the tariff "${assignment.tariffId}" was not given`
  throw new Refused([{ path: `assignments.${assignment.id}`, message }])
}

/**
 * Bills a location under whatever tariffs it had, one bill for each billing period of each assignment.
 *
 * What a bill hands over goes on to the next assignment of the same direction if that has the same tariff:
 * credits are owed under one tariff, and peaks, sums and tiers are kept by charge id, which names the same
 * charge only within one tariff. Under another tariff all begins anew; a ratchet then needs `priorPeaksKw`
 * of the assignment. `options.carry` goes to the first assignment of each direction.
 */
export const billAssignments = (
  assignments: ReadonlyArray<Assignment>,
  tariffs: ReadonlyArray<Tariff>,
  usage: Usage | Metered,
  period: Period,
  options: BillOptions = {}
): ReadonlyArray<AssignedBill> => {
  const handed = new Map<string, { readonly tariffId: string; readonly carry: Carry }>()
  return placed(assignments).flatMap(({ assignment, to }, index, all) => {
    const tariff = tariffOf(assignment, tariffs)
    const compiled = compile(tariff)
    const { clock } = compiled
    const asked = intervalOf(clock, period)
    const at = (date: string): number => startOfDay(clock, parseDate(date))
    const start = Math.max(asked.start, at(assignment.from))
    const end = to === undefined ? asked.end : Math.min(asked.end, at(to))
    if (start >= end) return []
    const { direction = "both", params, priorPeaksKw, tariffId } = assignment
    const before = handed.get(direction)
    let carry = before === undefined ? options.carry : before.tariffId === tariffId ? before.carry : undefined
    const { carry: _, ...given } = options
    const days = { from: formatDate(dayOf(clock, asked.start)), to: formatDate(dayOf(clock, asked.end)) }
    return billingPeriods(compiled, { start, end }).map((one, nth, periods): AssignedBill => {
      const it = bill(tariff, meteredFor(tariff, usage), one, {
        ...given,
        ...(params === undefined ? {} : { params }),
        ...(priorPeaksKw === undefined ? {} : { priorPeaksKw }),
        ...(carry === undefined ? {} : { carry })
      })
      carry = it.carry
      handed.set(direction, { tariffId, carry })
      const unbilled = [
        ...(nth === 0 ? gapsOf(all, index, days, "before") : []),
        ...(nth === periods.length - 1 ? gapsOf(all, index, days, "after") : [])
      ]
      return { assignmentId: assignment.id, bill: it, unbilled }
    })
  })
}

import {
  type LocationId,
  type Principal,
  type Scope,
  type StorageError,
  type TariffAssignment,
  type TariffId,
  TariffStore,
  type TenantId
} from "@wattkit/core"
import { Effect } from "effect"
import { type Access, ifThere } from "../access/Access.ts"
import { Audit } from "../audit/Audit.ts"
import { Invalid } from "../Invalid.ts"
import { changing, type Expected } from "../registry/changing.ts"
import { admit } from "./tools.ts"

type Assignments = ReadonlyArray<TariffAssignment>

/** Two tariffs from the same day on for the same energy would both be in force. */
const refuseTwins = (wanted: Assignments): Effect.Effect<void, Invalid> => {
  const seen = new Set<string>()
  for (const [index, { direction, from }] of wanted.entries()) {
    const name = `${direction} ${from}`
    if (seen.has(name)) {
      const reason = `is the day another tariff for ${direction} begins`
      return Effect.fail(new Invalid({ field: `assignments[${index}].from`, reason }))
    }
    seen.add(name)
  }
  return Effect.void
}

/** Makes what says which tariffs are in force at a location. */
export const makeAssignments = Effect.fnUntraced(function* (access: Access) {
  const store = yield* TariffStore
  const audit = yield* Audit

  const reach = (principal: Principal, id: LocationId, scope: Scope) =>
    Effect.andThen(admit(principal, scope), access.reachLocation(principal, id))

  const isUsable = (tenantId: TenantId, id: TariffId): Effect.Effect<boolean, StorageError> =>
    Effect.map(
      ifThere(store.get(tenantId, id)),
      (found) => found !== undefined && found.removedAt === undefined
    )

  /** A tariff that was removed stays where it is, and goes nowhere else. */
  const refuseUnknown = Effect.fnUntraced(function* (
    tenantId: TenantId,
    known: Assignments,
    wanted: Assignments
  ) {
    const usable = new Set(known.map(({ tariffId }) => tariffId))
    for (const [index, { tariffId }] of wanted.entries()) {
      if (usable.has(tariffId)) continue
      if (!(yield* isUsable(tenantId, tariffId))) {
        const reason = `there is no tariff ${tariffId}`
        return yield* new Invalid({ field: `assignments[${index}].tariffId`, reason })
      }
      usable.add(tariffId)
    }
  })

  const assign = Effect.fn("Tariffs.assign")(function* (
    principal: Principal,
    id: LocationId,
    wanted: Assignments,
    isExpected?: Expected<Assignments>
  ) {
    const { tenantId } = principal
    yield* reach(principal, id, "manage")
    yield* refuseTwins(wanted)
    const next = wanted
      .map(({ direction, from, tariffId }): TariffAssignment => ({ direction, from, tariffId }))
      .sort((a, b) => (a.direction + a.from < b.direction + b.from ? -1 : 1))
    const { after, before } = yield* changing({
      read: store.assignments(tenantId, id),
      isExpected,
      next: (known) => Effect.as(refuseUnknown(tenantId, known, wanted), next),
      replace: (known, next) => store.assign(tenantId, id, known, next)
    })
    if (before === after) return before
    yield* audit.record(principal, { action: "location.tariffs", subject: `location ${id}`, before, after })
    return yield* store.assignments(tenantId, id)
  })

  return {
    /** The tariffs of a location, those of export before those of import, each by the day they begin. */
    assignments: (principal: Principal, id: LocationId) =>
      Effect.andThen(reach(principal, id, "read"), store.assignments(principal.tenantId, id)),
    /** Says which tariffs are in force at a location; those that were so far and are not said are no more. */
    assign: (...args: Parameters<typeof assign>) => Effect.uninterruptible(assign(...args))
  }
})

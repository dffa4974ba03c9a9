import {
  type AuditEntry,
  AuditStore,
  type ChainFault,
  type ChainPlace,
  chainStart,
  type Principal,
  type StorageError,
  type TenantId,
  verifyChain
} from "@wattkit/core"
import { Context, Effect, Layer, Stream } from "effect"
import type { Forbidden } from "../Forbidden.ts"
import { requireAdministrator } from "../members/rights.ts"

/** Whether the audit log is as it was written. */
export interface Verified {
  readonly isWhole: boolean
  /** The first entry that is not as it was written, and what is wrong with it. */
  readonly fault: ChainFault | null
  /**
   * The newest entry that was looked at; null when there is none. Noted where nobody who writes to the
   * database can, it shows later that the end was not cut off and that not all of it was written anew.
   */
  readonly head: ChainPlace | null
}

/** The audit log as a whole, for those who administer the tenant. */
export class AuditTrail extends Context.Service<
  AuditTrail,
  {
    /** Every entry there is now, the oldest first. */
    readonly entries: (
      principal: Principal
    ) => Effect.Effect<Stream.Stream<AuditEntry, StorageError>, Forbidden | StorageError>
    /** Looks through all of it, and whether it holds a place that was noted before. */
    readonly verify: (
      principal: Principal,
      noted?: ChainPlace
    ) => Effect.Effect<Verified, Forbidden | StorageError>
  }
>()("@wattkit/engine/AuditTrail") {
  static readonly layer: Layer.Layer<AuditTrail, never, AuditStore> = Layer.suspend(() =>
    Layer.effect(AuditTrail, make)
  )
}

/** So many entries are read at once. */
const pageOf = 500

const make = Effect.map(AuditStore, (store) => {
  const headOf = (tenantId: TenantId) =>
    Effect.map(store.list(tenantId, { limit: 1 }), ([newest]): ChainPlace | null =>
      newest === undefined ? null : { number: newest.number, hash: newest.hash }
    )

  /** The entries numbered after `from`, at most a page of them, in their order. */
  const pageAfter = (tenantId: TenantId, from: number, last: number) =>
    Effect.map(store.list(tenantId, { before: Math.min(from + pageOf, last) + 1, limit: pageOf }), (found) =>
      found.filter(({ number }) => number > from).toReversed()
    )

  const verify = Effect.fn("AuditTrail.verify")(function* (principal: Principal, noted?: ChainPlace) {
    yield* requireAdministrator(principal)
    const { tenantId } = principal
    const head = yield* headOf(tenantId)
    const last = head?.number ?? 0
    const told = (fault: ChainFault | undefined): Verified => ({
      isWhole: fault === undefined,
      fault: fault ?? null,
      head
    })
    let after: ChainPlace = chainStart
    for (let from = 0; from < last; from += pageOf) {
      const page = yield* pageAfter(tenantId, from, last)
      const end = Math.min(from + pageOf, last)
      const isNotedHere = noted !== undefined && noted.number > from && noted.number <= end
      const fault = verifyChain(page, { after, ...(isNotedHere ? { anchor: noted } : {}) })
      if (fault !== undefined) return told(fault)
      const newest = page.at(-1)
      // The end of the page was taken out, or the newest would not be the newest.
      if (newest?.number !== end) return told({ number: after.number + page.length + 1, kind: "broken" })
      after = newest
      // A long log must not hold up everybody else.
      yield* Effect.yieldNow
    }
    const isCut = noted !== undefined && noted.number > last
    return told(isCut ? { number: last + 1, kind: "missing" } : undefined)
  })

  const entries = Effect.fn("AuditTrail.entries")(function* (principal: Principal) {
    yield* requireAdministrator(principal)
    const { tenantId } = principal
    const last = (yield* headOf(tenantId))?.number ?? 0
    return Stream.range(0, Math.ceil(last / pageOf) - 1).pipe(
      Stream.mapEffect((page) => pageAfter(tenantId, page * pageOf, last)),
      Stream.flatMap((page) => Stream.fromIterable(page))
    )
  })

  return AuditTrail.of({ entries, verify })
})

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { chainStart } from "../../model/identity/auditChain.ts"
import { impersonal } from "../../model/identity/impersonal.ts"
import type { TenantId } from "../../model/ids.ts"
import { type AuditEntry, AuditStore } from "../../ports/identity/AuditStore.ts"
import { TenantStore } from "../../ports/TenantStore.ts"

const make = Effect.map(TenantStore, (tenants): AuditStore => {
  const chains = new Map<TenantId, ReadonlyArray<AuditEntry>>()
  return {
    add: Effect.fnUntraced(function* (drafts, hashOf) {
      for (const { tenantId } of drafts) yield* Effect.orDie(tenants.get(tenantId))
      for (const draft of drafts) {
        const chain = chains.get(draft.tenantId) ?? []
        const { hash: previous, number } = chain.at(-1) ?? chainStart
        const entry = { ...structuredClone(impersonal(draft)), number: number + 1, previous }
        chains.set(draft.tenantId, [...chain, { ...entry, hash: hashOf(entry) }])
      }
    }),
    list: (tenantId, { action, before = Number.POSITIVE_INFINITY, by, limit, subject }) =>
      Effect.sync(() =>
        (chains.get(tenantId) ?? [])
          .filter(
            (entry) =>
              entry.number < before &&
              (by === undefined || entry.by === by) &&
              (action === undefined || entry.action === action) &&
              (subject === undefined || entry.subject === subject)
          )
          .toReversed()
          .slice(0, limit)
      )
  }
})

/** Keeps in memory what was done, until the process ends. */
export const layer: Layer.Layer<AuditStore, never, TenantStore> = Layer.effect(AuditStore, make)

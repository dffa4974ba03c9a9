import {
  type AuditEntry,
  auditHash,
  AuditStore,
  bearerName,
  Instant,
  type Principal,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { requireScope } from "../authorise.ts"
import type { Forbidden } from "../Forbidden.ts"

/** What was done, to what, and what it changed; without any secret. */
export interface Deed {
  /** In words that do not change: `location.update`, `session.steal`. */
  readonly action: string
  /** Such as `location house`. */
  readonly subject: string
  readonly before?: unknown
  readonly after?: unknown
}

/** Which entries of the audit log are asked for: the newest first, those before `before`. */
export interface AuditQuery {
  readonly before?: number | undefined
  readonly limit: number
  readonly by?: string | undefined
  readonly action?: string | undefined
  readonly subject?: string | undefined
}

/** Writes down who did what, and shows it to those who may see it. */
export class Audit extends Context.Service<
  Audit,
  {
    readonly record: (principal: Principal, deed: Deed) => Effect.Effect<void, StorageError>
    /** For what nobody did who is signed in: `by` is `server`, or whoever it was about. */
    readonly recordBy: (tenantId: TenantId, by: string, deed: Deed) => Effect.Effect<void, StorageError>
    /** Who may not administer sees what they did themselves. */
    readonly list: (
      principal: Principal,
      query: AuditQuery
    ) => Effect.Effect<ReadonlyArray<AuditEntry>, Forbidden | StorageError>
  }
>()("@wattkit/engine/Audit") {
  static readonly layer: Layer.Layer<Audit, never, AuditStore> = Layer.suspend(() =>
    Layer.effect(Audit, make)
  )
}

const make = Effect.map(AuditStore, (store) => {
  const recordBy = Effect.fn("Audit.record")(function* (tenantId: TenantId, by: string, deed: Deed) {
    const { action, after = null, before = null, subject } = deed
    yield* store.add([{ tenantId, at: yield* Instant.now, by, action, subject, before, after }], auditHash)
  })
  return Audit.of({
    recordBy,
    record: ({ by, tenantId }, deed) => recordBy(tenantId, bearerName(by), deed),
    list: Effect.fn("Audit.list")(function* (principal, query) {
      yield* requireScope(principal, "read")
      const own = bearerName(principal.by)
      if (principal.scopes.includes("administer")) return yield* store.list(principal.tenantId, query)
      if (query.by !== undefined && query.by !== own) return []
      return yield* store.list(principal.tenantId, { ...query, by: own })
    })
  })
})

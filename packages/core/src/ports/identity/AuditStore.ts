import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { TenantId } from "../../model/ids.ts"
import type { Instant } from "../../time/Instant.ts"
import type { StorageError } from "../StorageError.ts"

/** What somebody did, as it is written down. */
export interface AuditDraft {
  readonly tenantId: TenantId
  readonly at: Instant
  /** Who: a person, a key or the server itself, such as `user user_…`, `key key_…`, `server`. */
  readonly by: string
  /** What, in words that do not change: `location.update`, `session.steal`. */
  readonly action: string
  /** To what, such as `location house`. */
  readonly subject: string
  /** What changed, without any secret; null where there is nothing to tell. */
  readonly before: unknown
  readonly after: unknown
}

/**
 * An entry in the chain of its tenant: `hash` is made of everything in it and of the hash of the entry
 * before, so that none can be changed, taken out or moved without those after it telling.
 */
export interface AuditEntry extends AuditDraft {
  /** 1 for the first of the tenant, and one more for each. */
  readonly number: number
  readonly previous: string
  readonly hash: string
}

/** Keeps what was done. Entries are only ever added. */
export interface AuditStore {
  /** Adds entries, each at the end of the chain of its tenant; `hashOf` makes the hash of one. */
  readonly add: (
    drafts: ReadonlyArray<AuditDraft>,
    hashOf: (entry: Omit<AuditEntry, "hash">) => string
  ) => Effect.Effect<void, StorageError>
  /** The newest first, those before `before`. */
  readonly list: (
    tenantId: TenantId,
    page: {
      readonly before?: number | undefined
      readonly limit: number
      readonly by?: string | undefined
      readonly action?: string | undefined
      readonly subject?: string | undefined
    }
  ) => Effect.Effect<ReadonlyArray<AuditEntry>, StorageError>
}

/** The key of the AuditStore service. */
export const AuditStore = Context.Service<AuditStore>("@wattkit/core/AuditStore")

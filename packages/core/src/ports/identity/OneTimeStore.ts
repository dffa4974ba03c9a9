import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { TenantId, UserId } from "../../model/ids.ts"
import type { Instant } from "../../time/Instant.ts"
import type { StorageError } from "../StorageError.ts"

/** What a secret that works once is for. */
export type OneTimePurpose = "verify_email" | "reset_password" | "second_factor" | "invite"

/** A secret that works once, by its digest, and what it is for. */
export interface OneTime {
  readonly digest: string
  readonly purpose: OneTimePurpose
  readonly userId: UserId
  /** The tenant somebody signs in to or is invited into. */
  readonly tenantId: TenantId | null
  readonly expiresAt: Instant
}

/** Keeps secrets that work once. */
export interface OneTimeStore {
  /**
   * Keeps a secret; an older one of the same person and purpose does not work any more. Invitations go by
   * tenant: one into another tenant works on.
   */
  readonly put: (oneTime: OneTime) => Effect.Effect<void, StorageError>
  /** Takes a secret out, for one caller only; undefined when there is none, or it has expired. */
  readonly take: (
    digest: string,
    purpose: OneTimePurpose,
    now: Instant
  ) => Effect.Effect<OneTime | undefined, StorageError>
  /** Forgets what expired before an instant, so many at most; answers how many. */
  readonly forget: (before: Instant, limit: number) => Effect.Effect<number, StorageError>
}

/** The key of the OneTimeStore service. */
export const OneTimeStore = Context.Service<OneTimeStore>("@wattkit/core/OneTimeStore")

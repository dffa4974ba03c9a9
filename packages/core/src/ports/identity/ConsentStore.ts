import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { UserId } from "../../model/ids.ts"
import type { Instant } from "../../time/Instant.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** What somebody agreed to, or no longer agrees to. */
export interface Consent {
  readonly userId: UserId
  readonly at: Instant
  /** What it is about, such as `terms` or `analytics`. */
  readonly subject: string
  /** Which text of it was shown. */
  readonly version: string
  /** False when it was refused or taken back. */
  readonly isGiven: boolean
}

/** Keeps every consent ever given or taken back. Nothing takes one out but the removal of its person. */
export interface ConsentStore {
  readonly add: (consent: Consent) => Effect.Effect<void, NotFound | StorageError>
  /** The consents of a person, the last that was added first; those about one subject, if it is named. */
  readonly list: (
    userId: UserId,
    query: { readonly limit: number; readonly subject?: string | undefined }
  ) => Effect.Effect<ReadonlyArray<Consent>, StorageError>
}

/** The key of the ConsentStore service. */
export const ConsentStore = Context.Service<ConsentStore>("@wattkit/core/ConsentStore")

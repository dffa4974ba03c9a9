import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Instant } from "../../time/Instant.ts"
import type { StorageError } from "../StorageError.ts"

/** A key that access tokens are signed with. */
export interface SigningKey {
  readonly id: string
  /** The private key, sealed. */
  readonly sealed: string
  /** The public key, as a JSON Web Key. */
  readonly publicJwk: Readonly<Record<string, string>>
  readonly createdAt: Instant
  /** After this nothing that it signed is believed. */
  readonly expiresAt: Instant
}

/** Keeps the keys that access tokens are signed with, for all processes of a store. */
export interface SigningKeyStore {
  /** The keys that have not expired, the newest first. */
  readonly list: (now: Instant) => Effect.Effect<ReadonlyArray<SigningKey>, StorageError>
  /**
   * Adds a key, unless another process added one after `unlessSince`; answers the keys there are then. So of
   * several processes that start at the same time one makes the first key.
   */
  readonly add: (
    key: SigningKey,
    unlessSince: Instant
  ) => Effect.Effect<ReadonlyArray<SigningKey>, StorageError>
}

/** The key of the SigningKeyStore service. */
export const SigningKeyStore = Context.Service<SigningKeyStore>("@wattkit/core/SigningKeyStore")

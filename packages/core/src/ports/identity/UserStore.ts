import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Email } from "../../model/identity/Email.ts"
import type { User, UserSecrets } from "../../model/identity/User.ts"
import type { TenantId, UserId } from "../../model/ids.ts"
import type { Instant } from "../../time/Instant.ts"
import type * as Page from "../Page.ts"
import type { AlreadyExists, NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** A person together with the secrets of theirs that are kept. */
export interface KnownUser {
  readonly user: User
  readonly secrets: UserSecrets
  /** Grows with every change of the person or their secrets. */
  readonly version: number
}

/** Keeps persons. They belong to no tenant; what they are in one is a membership. */
export interface UserStore {
  /** Fails with AlreadyExists when the id or the address is taken. */
  readonly add: (user: User, secrets: UserSecrets) => Effect.Effect<void, AlreadyExists | StorageError>
  readonly get: (id: UserId) => Effect.Effect<KnownUser, NotFound | StorageError>
  /** Somebody with this address; NotFound names the address. */
  readonly findByEmail: (email: Email) => Effect.Effect<KnownUser, NotFound | StorageError>
  /**
   * Changes a person or their secrets, if nobody did since `version` was read; false when somebody did, and
   * then nothing is changed.
   */
  readonly replace: (
    known: KnownUser,
    change: { readonly user?: Partial<User>; readonly secrets?: Partial<UserSecrets> }
  ) => Effect.Effect<boolean, AlreadyExists | NotFound | StorageError>
  /** The members of a tenant, by id. */
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<UserId>
  ) => Effect.Effect<ReadonlyArray<User>, StorageError>
  /** Those whose instant to be erased is not after `now`, the earliest first; at most `limit`. */
  readonly dueForErasure: (now: Instant, limit: number) => Effect.Effect<ReadonlyArray<User>, StorageError>
  /**
   * Those who registered before an instant with a password and have not confirmed their address yet, by id;
   * who was invited and has not come in has none.
   */
  readonly unconfirmed: (
    before: Instant,
    page: Page.Page<UserId>
  ) => Effect.Effect<ReadonlyArray<User>, StorageError>
  /** Takes a person out, with memberships, keys, sessions, consents and all else that only names them. */
  readonly remove: (id: UserId) => Effect.Effect<void, NotFound | StorageError>
}

/** The key of the UserStore service. */
export const UserStore = Context.Service<UserStore>("@wattkit/core/UserStore")

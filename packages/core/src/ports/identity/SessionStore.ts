import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Session } from "../../model/identity/Session.ts"
import type { SessionId, UserId } from "../../model/ids.ts"
import type { Instant } from "../../time/Instant.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/**
 * What became of a refresh token that was turned in.
 *
 * `rotated`: it is spent now and the next one counts. `repeated`: it was spent a moment ago and the next one
 * has not been turned in yet, so the answer was lost on its way, and the same next one is told again.
 * `stolen`: it was spent before, so two have it, and the session was ended. `unknown`: there is no such
 * token, or its session is over; nothing was changed.
 */
export type Rotation =
  | { readonly kind: "rotated" | "repeated" | "stolen"; readonly session: Session }
  | { readonly kind: "unknown" }

/** Keeps sessions and the digests of their refresh tokens. It never sees a token. */
export interface SessionStore {
  /** Begins a session with its first refresh token. */
  readonly begin: (session: Session, digest: string) => Effect.Effect<void, NotFound | StorageError>
  /**
   * Turns in a refresh token for the next one, both by digest, in one step however many do it at the same
   * time. The same token has the same next one each time. One that was spent is forgiven until `forgivenMs`
   * later as long as the next one was not turned in.
   */
  readonly rotate: (turn: {
    readonly digest: string
    readonly next: string
    readonly now: Instant
    readonly forgivenMs: number
    /** A session whose last turn is longer ago is over. */
    readonly idleMs: number
  }) => Effect.Effect<Rotation, StorageError>
  readonly get: (id: SessionId) => Effect.Effect<Session, NotFound | StorageError>
  /** The sessions of a person that are neither ended nor expired, the newest first; at most 100. */
  readonly list: (userId: UserId, now: Instant) => Effect.Effect<ReadonlyArray<Session>, StorageError>
  /** Ends a session of the person; one that is over stays as it is. */
  readonly end: (userId: UserId, id: SessionId, at: Instant) => Effect.Effect<void, NotFound | StorageError>
  /** Ends all sessions of a person but one, or all of them; answers which. */
  readonly endAll: (
    userId: UserId,
    at: Instant,
    but?: SessionId
  ) => Effect.Effect<ReadonlyArray<SessionId>, StorageError>
  /** Which sessions were ended since an instant: what every process looks at every second. */
  readonly endedSince: (since: Instant) => Effect.Effect<ReadonlyArray<SessionId>, StorageError>
  /** Forgets sessions that were over before an instant, so many at most; answers how many. */
  readonly forget: (before: Instant, limit: number) => Effect.Effect<number, StorageError>
}

/** The key of the SessionStore service. */
export const SessionStore = Context.Service<SessionStore>("@wattkit/core/SessionStore")

import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** More passwords wait to be hashed than this server can do soon; nothing was done. */
export class HasherBusy extends Schema.TaggedError<HasherBusy>()("HasherBusy", {}) {
  override get message(): string {
    return "too many sign-ins at this moment; try again in a few seconds"
  }
}

/**
 * Turns passwords into what is kept of them. It is slow on purpose, does it beside the thread that serves
 * requests, and only so many at a time.
 */
export interface PasswordHasher {
  readonly hash: (password: Redacted.Redacted) => Effect.Effect<string, HasherBusy>
  /**
   * Whether the password is the one of the hash, and whether the hash should be made anew with today's
   * algorithm. Without a hash it takes as long and says no.
   */
  readonly verify: (
    password: Redacted.Redacted,
    hash: string | null
  ) => Effect.Effect<{ readonly isRight: boolean; readonly isOutdated: boolean }, HasherBusy>
}

/** The key of the PasswordHasher service. */
export const PasswordHasher = Context.Service<PasswordHasher>("@wattkit/core/PasswordHasher")

import * as Schema from "effect/Schema"
import { Instant } from "../../time/Instant.ts"
import { UserId } from "../ids.ts"
import { Name } from "../Name.ts"
import { Email } from "./Email.ts"
import { Preferences } from "./Preferences.ts"

/** A person who signs in. What a person may do is in the memberships, one for each tenant. */
export const User = Schema.Struct({
  id: UserId,
  email: Email,
  name: Name,
  createdAt: Instant,
  /** When the address was confirmed; nobody signs in before. */
  verifiedAt: Schema.NullOr(Instant),
  /** Since when an administrator keeps this person out. */
  disabledAt: Schema.NullOr(Instant),
  /** When everything of this person is erased, once that was asked for. */
  eraseAt: Schema.NullOr(Instant),
  /** How things are shown to this person; absent until they said something about it. */
  preferences: Schema.optionalKey(Preferences)
})
export type User = typeof User.Type

/** What is kept of what a person proves to be who they are with. */
export interface UserSecrets {
  /** The hash of the password, in the form that names its own algorithm; null until one is set. */
  readonly passwordHash: string | null
  /** The secret of the authenticator, sealed; null when there is none. */
  readonly totpSealed: string | null
  /** When the authenticator was confirmed; until then it is not asked for. */
  readonly totpConfirmedAt: Instant | null
  /** The last step a code was accepted of: no code is accepted twice. */
  readonly totpStep: number
  /** SHA-256 of each recovery code that was not used yet. */
  readonly recoveryDigests: ReadonlyArray<string>
}

/** The secrets of somebody who has proved nothing yet. */
export const noSecrets: UserSecrets = {
  passwordHash: null,
  totpSealed: null,
  totpConfirmedAt: null,
  totpStep: 0,
  recoveryDigests: []
}

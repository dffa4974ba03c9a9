import * as Schema from "effect/Schema"
import { Instant } from "../../time/Instant.ts"
import { SessionId, TenantId, UserId } from "../ids.ts"

/**
 * One sign-in of a person in a tenant, from the password to the sign-out: the family of all refresh tokens
 * that follow from each other.
 */
export const Session = Schema.Struct({
  id: SessionId,
  userId: UserId,
  tenantId: TenantId,
  createdAt: Instant,
  /** When a refresh token was last turned in. */
  usedAt: Instant,
  /** After this nothing brings it to life again, however often it is refreshed. */
  expiresAt: Instant,
  /** When it was ended, by the person, by an administrator or because a spent token came again. */
  endedAt: Schema.NullOr(Instant),
  /** What the person signed in with, as the program called itself. */
  agent: Schema.String
})
export type Session = typeof Session.Type

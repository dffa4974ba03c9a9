import {
  Instant,
  type KnownUser,
  PasswordHasher,
  SessionStore,
  type TenantId,
  UserStore
} from "@wattkit/core"
import { Audit, normalPassword, passwordFaults } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { StartError } from "../../StartError.ts"
import { operatorName } from "../tenant/office.ts"

/**
 * Sets the password of a person and signs them out everywhere. Whoever runs the server vouches for the
 * address, so somebody who was invited can sign in right away.
 */
export const setPassword = Effect.fnUntraced(function* (
  known: KnownUser,
  tenantId: TenantId,
  typed: Redacted.Redacted
) {
  const { email, id, verifiedAt } = known.user
  const faults = passwordFaults(Redacted.value(typed), email)
  if (faults.length > 0) {
    return yield* new StartError({ message: `the password ${faults.join(", ")}; nothing was changed.` })
  }
  const hasher = yield* PasswordHasher
  const passwordHash = yield* hasher.hash(Redacted.make(normalPassword(Redacted.value(typed))))
  const now = yield* Instant.now
  const change = { user: { verifiedAt: verifiedAt ?? now }, secrets: { passwordHash } }
  if (!(yield* UserStore.use((users) => users.replace(known, change)))) {
    return yield* new StartError({ message: "the person was changed meanwhile; try again." })
  }
  yield* SessionStore.use((sessions) => sessions.endAll(id, now))
  const deed = { action: "user.password", subject: `user ${id}` }
  yield* Audit.use((audit) => audit.recordBy(tenantId, operatorName, deed))
})

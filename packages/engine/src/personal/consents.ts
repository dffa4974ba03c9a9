import { type Consent, ConsentStore, Instant, type Principal, type StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { Audit } from "../audit/Audit.ts"
import type { Forbidden } from "../Forbidden.ts"
import { signedOf } from "../identity/signIn/people.ts"
import { Unauthenticated } from "../identity/Unauthenticated.ts"

/** What somebody says to a text they were shown. */
export type ConsentDraft = Pick<Consent, "subject" | "version" | "isGiven">

/** What people agreed to, as they see it and say it themselves. */
export interface Consents {
  /** The newest first. */
  readonly consents: (
    principal: Principal,
    query: { readonly limit: number; readonly subject?: string | undefined }
  ) => Effect.Effect<ReadonlyArray<Consent>, Forbidden | StorageError>
  /** Adds to what was said before; nothing of it is changed. */
  readonly consent: (
    principal: Principal,
    draft: ConsentDraft
  ) => Effect.Effect<Consent, Forbidden | Unauthenticated | StorageError>
}

/** Makes what asks people for their consent. */
export const makeConsents = Effect.gen(function* () {
  const store = yield* ConsentStore
  const audit = yield* Audit
  return {
    consents: Effect.fn("Personal.consents")(function* (principal, query) {
      const { userId } = yield* signedOf(principal)
      return yield* store.list(userId, query)
    }),
    consent: Effect.fn("Personal.consent")(function* (principal, { isGiven, subject, version }) {
      const { userId } = yield* signedOf(principal)
      const said: Consent = { userId, at: yield* Instant.now, subject, version, isGiven }
      yield* Effect.catchTag(store.add(said), "NotFound", () =>
        Effect.fail(new Unauthenticated({ message: "sign in again" }))
      )
      const action = isGiven ? "consent.give" : "consent.withdraw"
      yield* audit.record(principal, { action, subject: `consent ${subject}`, after: { version } })
      return said
    })
  } satisfies Consents
})

import {
  AuditStore,
  Email,
  Instant,
  type Mail,
  Memory,
  normalEmail,
  PasswordHasher,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Audit } from "../../audit/Audit.ts"
import { Credentials } from "../../credentials/Credentials.ts"
import { Notifications } from "../../notifications/Notifications.ts"
import { AccessTokens } from "../AccessTokens.ts"
import { Identity } from "../Identity.ts"
import { KeyRing } from "../KeyRing.ts"
import { type IdentitySettings, identitySettings } from "../settings.ts"

export const start = Instant.fromStringOrThrow("2026-06-01T10:00:00Z")
export const url = "https://energy.example.com"
export const password = Redacted.make("Correct-Horse-7")
export const visitor = { ip: "192.0.2.7", agent: "tests" }
const DAY = 24 * 60 * 60_000

/** Hashes in no time, counts, and finds the hashes that begin with "old" outdated. */
export const makeHasher = () => {
  const counted = { verified: 0, hashed: 0 }
  const hasher: PasswordHasher = {
    hash: (typed) => Effect.sync(() => (counted.hashed++, `new ${Redacted.value(typed)}`)),
    verify: (typed, hash) =>
      Effect.sync(() => {
        counted.verified++
        return {
          isRight: hash?.slice(4) === Redacted.value(typed),
          isOutdated: hash?.startsWith("old") === true
        }
      })
  }
  return { counted, layer: Layer.succeed(PasswordHasher, hasher) }
}

/** Everything about signing in, over memory. */
export const layerWith = (
  hasher: Layer.Layer<PasswordHasher> = makeHasher().layer,
  settings: Partial<IdentitySettings> = {}
) =>
  Identity.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(Credentials.layer, Audit.layer, Notifications.layer)),
    Layer.provideMerge(AccessTokens.layer),
    Layer.provideMerge(KeyRing.layer),
    Layer.provide(
      Layer.succeed(identitySettings, { publicUrl: url, registration: "open", idleMs: 7 * DAY, ...settings })
    ),
    Layer.provideMerge(Layer.mergeAll(Memory.layer, Memory.layerMailer, hasher))
  )

export const layer = layerWith()

/** Lets what runs beside the test go on, until something is there. */
export const until = <A, E, R>(found: Effect.Effect<A | undefined, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    for (const since = performance.now(); performance.now() - since < 10_000;) {
      const answer = yield* found
      if (answer !== undefined) return answer
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return yield* Effect.die("it never came")
  })

/** The messages to an address, once there are so many. */
export const mailsTo = (email: string, count: number) =>
  until(
    Effect.map(
      Memory.Outbox.use(({ sent }) => sent),
      (sent): ReadonlyArray<Mail> | undefined => {
        const all = sent.filter(({ to }) => to === normalEmail(email))
        return all.length >= count ? all : undefined
      }
    )
  )

/** The secret in the link of a message. */
export const secretIn = ({ text }: Mail): string => /#[a-z-]+=(wk_ot_[0-9a-z]+)/.exec(text)?.[1] ?? ""

/** The secret in the newest of so many messages. */
export const secretTo = (email: string, count = 1) =>
  Effect.map(mailsTo(email, count), (mails) => secretIn(mails.at(-1)!))

/** Registers somebody and confirms their address. */
export const join = Effect.fnUntraced(function* (email: string) {
  const identity = yield* Identity
  yield* identity.register({ email, password, name: "Ada" })
  yield* identity.verifyEmail({ secret: yield* secretTo(email), password }, visitor.ip)
})

/** Signs somebody in who needs no second factor. */
export const signIn = Effect.fnUntraced(function* (email: string, typed = password) {
  const signed = yield* Identity.use(({ login }) => login({ email, password: typed }, visitor))
  if (signed.kind !== "in") return yield* Effect.die("a second factor is asked for")
  return { ...signed.tokens, principal: yield* bearerOf(signed.tokens.accessToken) }
})

/** Who bears an access token. */
export const bearerOf = (accessToken: string) =>
  Effect.map(
    Credentials.use(({ verify }) => verify(Redacted.make(accessToken))),
    Option.getOrThrow
  )

/** At the beginning, somebody who registered and signed in. */
export const ada = Effect.gen(function* () {
  yield* TestClock.setTime(start)
  yield* join("ada@example.com")
  return yield* signIn("ada@example.com")
})

/** What was written down in a tenant, the oldest first. */
export const audited = (tenantId: TenantId) =>
  Effect.map(
    AuditStore.use((store) => store.list(tenantId, { limit: 100 })),
    (entries) => entries.map(({ action }) => action).toReversed()
  )

export const adas = Email.make("ada@example.com")

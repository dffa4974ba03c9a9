import {
  type Instant,
  layerServerSecret,
  type SigningKey,
  SigningKeyStore,
  StorageError
} from "@wattkit/core"
import { Context, Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { AccessTokens } from "./AccessTokens.ts"
import { type KeyLife, KeyRing, usualKeyLife } from "./KeyRing.ts"
import { open } from "./seal.ts"

export const DAY = 24 * 60 * 60_000

export const secret = layerServerSecret(new Uint8Array(32).fill(1))

/** A store of keys that tests look into, tamper with and take away. */
export const makeKeyStore = () => {
  const kept = new Map<string, SigningKey>()
  const state = { isAway: false, looks: 0 }
  const there = (now: Instant.Instant) =>
    [...kept.values()].filter((key) => key.expiresAt > now).toSorted((a, b) => b.createdAt - a.createdAt)
  const away = new StorageError({ reason: "unavailable", message: "away" })
  const unlessAway = <A>(answer: () => A) =>
    Effect.suspend(() => (state.isAway ? Effect.fail(away) : Effect.map(Effect.yieldNow, answer)))
  const store: SigningKeyStore = {
    list: (now) => unlessAway(() => (state.looks++, there(now))),
    add: (key, unlessSince) =>
      unlessAway(() => {
        if (![...kept.values()].some(({ createdAt }) => createdAt > unlessSince)) kept.set(key.id, key)
        return there(key.createdAt)
      })
  }
  return { kept, state, store }
}

/** One process over a store that has asked it for nothing yet: its ring and its tokens. */
export const buildProcess = (store: SigningKeyStore, life: KeyLife = usualKeyLife) => {
  const layer = AccessTokens.layer.pipe(
    Layer.provideMerge(KeyRing.layerWith(life)),
    Layer.provide([Layer.succeed(SigningKeyStore, store), secret])
  )
  return Effect.map(Layer.build(Layer.fresh(layer)), (services) => ({
    ring: Context.get(services, KeyRing),
    tokens: Context.get(services, AccessTokens)
  }))
}

/** One process over a store that has looked at its keys once. */
export const startProcess = (store: SigningKeyStore, life: KeyLife = usualKeyLife) =>
  Effect.tap(buildProcess(store, life), ({ ring }) => Effect.ignore(ring.publicKeys))

const PrivateJwk = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))

/** The private key of a stored one, as who has the server secret could take it out. */
export const privateJwkOf = ({ createdAt, expiresAt, id, sealed }: SigningKey) =>
  open("signing key", sealed, `${id} ${createdAt} ${expiresAt}`).pipe(
    Effect.map((bytes) => Schema.decodeSync(PrivateJwk)(new TextDecoder().decode(bytes))),
    Effect.provide(secret)
  )

/** Runs what may pause, and lets the pause pass. */
export const wait = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    yield* TestClock.adjust(250)
    yield* TestClock.adjust(250)
    return yield* Fiber.join(fiber)
  })

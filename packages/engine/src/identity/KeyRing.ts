import { Instant, type ServerSecret, type SigningKey, SigningKeyStore, StorageError } from "@wattkit/core"
import { Context, Effect, Layer, Result, Semaphore } from "effect"
import {
  type HeldKey,
  isKeyId,
  makeSigningKey,
  openSigningKey,
  type OpenKey,
  type PublicJwk
} from "./tokens/signingKey.ts"

/** How long keys that sign access tokens are used and kept, in milliseconds. */
export interface KeyLife {
  /** After this a key is followed by the next. */
  readonly rotatedAfterMs: number
  /** For this long a new key is only shown, so that all who verify know it before it signs. */
  readonly announcedMs: number
  /** The longest that anything signed lasts. */
  readonly longestTokenMs: number
  /** How much longer than all it signed a key is kept. */
  readonly overlapMs: number
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A new key every 30 days, for tokens of up to a week. */
export const usualKeyLife: KeyLife = {
  rotatedAfterMs: 30 * DAY,
  announcedMs: 5 * MINUTE,
  longestTokenMs: 7 * DAY,
  overlapMs: 60 * MINUTE
}

/** The public keys as a JSON Web Key Set. */
export interface PublicKeys {
  readonly keys: ReadonlyArray<PublicJwk>
}

/**
 * The keys that access tokens are signed with, the same in all processes of a store. The first is made at the
 * first start, and the next ones in time by whoever notices first.
 */
export class KeyRing extends Context.Service<
  KeyRing,
  {
    /** The key to sign with now. */
    readonly signer: Effect.Effect<{ readonly id: string; readonly key: HeldKey }, StorageError>
    /** The key that verifies what was signed under this name; undefined when there is none any more. */
    readonly verifier: (id: string) => Effect.Effect<HeldKey | undefined, StorageError>
    /** What others verify tokens with. */
    readonly publicKeys: Effect.Effect<PublicKeys, StorageError>
  }
>()("@wattkit/engine/KeyRing") {
  /** Keys with a life of your own. */
  static readonly layerWith = (life: KeyLife): Layer.Layer<KeyRing, never, SigningKeyStore | ServerSecret> =>
    Layer.effect(KeyRing, make(life))

  /** Keys with the life everybody starts with. */
  static readonly layer = Layer.suspend(() => KeyRing.layerWith(usualKeyLife))
}

interface Entry {
  readonly key: SigningKey
  /** The opened key, or why it does not open: it fails only those who need this one. */
  readonly opened: Result.Result<OpenKey, StorageError>
}

/** So often the store is looked at; less often than keys are announced before they sign. */
const lookEveryMs = MINUTE

/** The shortest time between two looks, whoever asks for keys that are not there. */
const pauseMs = 250

const nothing = new StorageError({ reason: "unavailable", message: "there is no key to sign tokens with" })

const make = (life: KeyLife) =>
  Effect.gen(function* () {
    const ring = yield* makeRing(life)

    const keepUp = Effect.flatMap(Instant.now, (now) =>
      ring.isOld(now) ? Effect.ignore(ring.lookUnlessLooking) : Effect.void
    )

    const pick = (now: Instant.Instant): Entry | undefined => {
      const lasting = ring.entries().filter(({ key }) => key.expiresAt >= now + life.longestTokenMs)
      return lasting.find(({ key }) => key.createdAt + life.announcedMs <= now) ?? lasting.at(-1)
    }

    const signer = Effect.gen(function* () {
      yield* keepUp
      const now = yield* Instant.now
      if (pick(now) === undefined) yield* ring.look
      const found = pick(now)
      if (found === undefined) return yield* Effect.fail(nothing)
      const { privateKey } = yield* Effect.fromResult(found.opened)
      return { id: found.key.id, key: privateKey }
    })

    const find = (id: string) => ring.entries().find(({ key }) => key.id === id)

    const verifier = Effect.fnUntraced(function* (id: string) {
      yield* keepUp
      if (find(id) === undefined && isKeyId(id)) yield* ring.look
      const found = find(id)
      if (found === undefined || found.key.expiresAt <= (yield* Instant.now)) return undefined
      return (yield* Effect.fromResult(found.opened)).publicKey
    })

    const publicKeys = Effect.gen(function* () {
      yield* keepUp
      if (ring.entries().length === 0) yield* ring.look
      const now = yield* Instant.now
      const opened = ring
        .entries()
        .flatMap(({ key, opened }) =>
          key.expiresAt > now && Result.isSuccess(opened) ? [opened.success.publicJwk] : []
        )
      return { keys: opened }
    })

    return KeyRing.of({ signer, verifier, publicKeys })
  })

/** What this process knows of the keys in the store, the newest first. */
const makeRing = ({ announcedMs, longestTokenMs, overlapMs, rotatedAfterMs }: KeyLife) =>
  Effect.gen(function* () {
    const store = yield* SigningKeyStore
    const services = yield* Effect.context<ServerSecret>()
    const alone = Semaphore.makeUnsafe(1)
    let entries: ReadonlyArray<Entry> = []
    let [seenAt, triedAt, begun, finished] = [-Infinity, -Infinity, 0, 0]
    let failed: { readonly look: number; readonly error: StorageError } | undefined

    const isDue = (newest: SigningKey, now: Instant.Instant) =>
      newest.createdAt + rotatedAfterMs < now || newest.expiresAt < now + longestTokenMs

    const read = Effect.gen(function* () {
      const now = yield* Instant.now
      const kept = yield* store.list(now)
      const newest = kept[0]
      if (newest !== undefined && !isDue(newest, now)) return kept
      const expiresAt = Instant.plus(now, rotatedAfterMs + announcedMs + longestTokenMs + overlapMs)
      const key = yield* makeSigningKey({ createdAt: now, expiresAt })
      return yield* store.add(
        key,
        newest === undefined ? Instant.plus(now, -rotatedAfterMs) : Instant.plus(newest.createdAt, 1)
      )
    })

    const openOne = (key: SigningKey) => {
      const same = entries.find((one) => one.key.sealed === key.sealed && one.key.expiresAt === key.expiresAt)
      if (same !== undefined && same.key.id === key.id) return Effect.succeed(same)
      return Effect.map(Effect.result(openSigningKey(key)), (opened): Entry => ({ key, opened }))
    }

    const lookNow = Effect.gen(function* () {
      const [mine, now] = [++begun, yield* Instant.now]
      triedAt = now
      const kept = yield* Effect.tapError(read, (error) =>
        Effect.sync(() => (failed = { look: mine, error }))
      )
      entries = yield* Effect.forEach(kept, openOne)
      ;[seenAt, finished] = [now, mine]
    }).pipe(Effect.provide(services))

    /**
     * Looks at the store, together with all who ask meanwhile; all of them see what was there when they
     * asked.
     */
    const look = Effect.suspend(() => {
      const asked = begun
      return alone.withPermits(1)(
        Effect.gen(function* () {
          if (finished > asked) return
          if (failed !== undefined && failed.look > asked) return yield* Effect.fail(failed.error)
          const wait = triedAt + pauseMs - (yield* Instant.now)
          if (wait > 0) yield* Effect.sleep(Math.min(wait, pauseMs))
          yield* lookNow
        })
      )
    })

    return {
      entries: () => entries,
      isOld: (now: Instant.Instant) =>
        Math.abs(now - seenAt) >= lookEveryMs && Math.abs(now - triedAt) >= pauseMs,
      look,
      lookUnlessLooking: alone.withPermitsIfAvailable(1)(lookNow)
    }
  })

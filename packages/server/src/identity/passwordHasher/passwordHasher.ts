import { randomBytes, timingSafeEqual } from "node:crypto"
import { availableParallelism } from "node:os"
import { PasswordHasher } from "@wattkit/core"
import { Effect, Layer, Redacted } from "effect"
import { StartError } from "../../StartError.ts"
import * as Argon2id from "./argon2id.ts"
import * as Bcrypt from "./bcrypt.ts"
import * as BcryptThread from "./BcryptThread.ts"
import * as Phc from "./phc.ts"
import * as Turns from "./Turns.ts"

/** What a hasher works with. */
export interface Tools {
  readonly argon2id: Argon2id.Derive
  readonly bcrypt: BcryptThread.BcryptThread["digestOf"]
  readonly turns: Turns.Turns
}

/** Node's pool has four threads: one is left for files and names, or a rush of sign-ins would stop those. */
const atOnce = Math.max(1, Math.min(availableParallelism(), 3))

/** How many may wait: a few seconds of work. */
const waiting = 64

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)

/** Whether a hash costs what new ones do. */
const isToday = ({ cost, digest, salt }: Phc.Argon2idHash): boolean =>
  cost.memoryKiB === Argon2id.usualCost.memoryKiB &&
  cost.passes === Argon2id.usualCost.passes &&
  cost.lanes === Argon2id.usualCost.lanes &&
  salt.length >= Argon2id.lengths.salt &&
  digest.length >= Argon2id.lengths.digest

/** A hash of no password, for whoever has none. */
const nobodys = (): Phc.Argon2idHash => ({
  cost: Argon2id.usualCost,
  salt: randomBytes(Argon2id.lengths.salt),
  digest: randomBytes(Argon2id.lengths.digest)
})

/**
 * bcrypt sees 72 bytes, and the NUL behind a password like one in it. What it cannot tell from another
 * password is refused, after the work of one that it can.
 */
const isBcryptable = (password: Uint8Array): boolean =>
  password.length <= Bcrypt.mostBytes && !password.includes(0)

/** A hasher of argon2id that also knows the bcrypt hashes of others. */
export const make = ({ argon2id, bcrypt, turns }: Tools): PasswordHasher => {
  const nobody = nobodys()
  const verifyArgon2id = Effect.fnUntraced(function* (password: Uint8Array, known: Phc.Argon2idHash) {
    const digest = yield* argon2id(password, known.salt, known.cost, known.digest.length)
    return { isRight: isSame(digest, known.digest), isOutdated: !isToday(known) }
  })
  const verifyBcrypt = Effect.fnUntraced(function* (password: Uint8Array, known: Bcrypt.BcryptHash) {
    const digest = yield* bcrypt(password.subarray(0, Bcrypt.mostBytes), known.salt, known.cost)
    return { isRight: isSame(digest, known.digest) && isBcryptable(password), isOutdated: true }
  })
  return {
    hash: (password) =>
      turns.take(
        Effect.suspend(() => {
          const salt = randomBytes(Argon2id.lengths.salt)
          const cost = Argon2id.usualCost
          return Effect.map(
            argon2id(Buffer.from(Redacted.value(password)), salt, cost, Argon2id.lengths.digest),
            (digest) => Phc.write({ cost, salt, digest: Buffer.from(digest) })
          )
        })
      ),
    verify: (password, hash) =>
      turns.take(
        Effect.suspend(() => {
          const bytes = Buffer.from(Redacted.value(password))
          const old = hash === null ? undefined : Bcrypt.read(hash)
          if (old !== undefined) return verifyBcrypt(bytes, old)
          const known = hash === null ? undefined : Phc.read(hash)
          const verdict = verifyArgon2id(bytes, known ?? nobody)
          return known === undefined ? Effect.as(verdict, { isRight: false, isOutdated: false }) : verdict
        })
      )
  }
}

/** Hashes in this process, beside the thread that serves requests. */
export const layer: Layer.Layer<PasswordHasher, StartError> = Layer.effect(
  PasswordHasher,
  Effect.gen(function* () {
    if (!Argon2id.isAvailable()) {
      return yield* new StartError({ message: "passwords need Node 24.7 or later: older ones lack argon2." })
    }
    const { digestOf } = yield* BcryptThread.make
    return make({ argon2id: Argon2id.derive, bcrypt: digestOf, turns: Turns.make(atOnce, waiting) })
  })
)

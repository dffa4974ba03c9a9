import {
  Instant,
  NotFound,
  PersonalData,
  type StorageError,
  type User,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { Audit } from "../audit/Audit.ts"
import type { HouseholdStores } from "./Personal.ts"
import { makeHouseholds } from "./households.ts"

/** Who was erased, and since when; it names nobody. */
export interface ErasureNote {
  readonly id: UserId
  readonly at: Instant.Instant
}

/** Takes people out for ever, when their time has come or a backup brought them back. */
export class Erasures extends Context.Service<
  Erasures,
  {
    /**
     * Erases those who asked for it and whose time has passed, and answers how many. `keep` writes each down,
     * before they are erased, where no restored backup takes it back; who could not be written down stays.
     */
    readonly eraseDue: <E>(
      keep: (note: ErasureNote) => Effect.Effect<void, E>
    ) => Effect.Effect<number, E | StorageError>
    /**
     * Erases those who registered before an instant and never confirmed the address, which may be somebody
     * else's, and answers how many. Who is a member where others are stays: they were invited.
     */
    readonly eraseUnconfirmed: (before: Instant.Instant) => Effect.Effect<number, StorageError>
    /** Erases somebody who was erased before; false when they are not there. */
    readonly eraseAgain: (id: UserId) => Effect.Effect<boolean, StorageError>
  }
>()("@wattkit/engine/Erasures") {
  static readonly layer: Layer.Layer<Erasures, never, Audit | HouseholdStores | PersonalData | UserStore> =
    Layer.suspend(() => Layer.effect(Erasures, make))
}

/** So many are looked for at once. */
const pageOf = 100

/** Somebody else may have been quicker. */
const goneIsFalse = <E, R>(effect: Effect.Effect<boolean, E | NotFound, R>) =>
  Effect.catchIf(
    effect,
    (error): error is NotFound => error instanceof NotFound,
    () => Effect.succeed(false)
  )

/** A mistake of ours about one person must not keep all others waiting. */
const orNext = <E, R>(effect: Effect.Effect<boolean, E, R>, id: UserId) =>
  Effect.catchDefect(effect, (defect) =>
    Effect.as(Effect.logError(`user ${id} cannot be erased`, defect), false)
  )

/**
 * Makes what keeps a person out from now on. Who signed in before is not due any more, and who begins to
 * later is not let in.
 */
const makeHold = (users: UserStore) =>
  Effect.fnUntraced(function* (id: UserId, isDue: (user: User) => boolean) {
    for (;;) {
      const known = yield* users.get(id)
      if (!isDue(known.user)) return false
      const disabledAt = known.user.disabledAt ?? (yield* Instant.now)
      const held = users.replace(known, { user: { disabledAt } })
      if (yield* Effect.catchTag(held, "AlreadyExists", Effect.die)) return true
    }
  })

const make = Effect.gen(function* () {
  const users = yield* UserStore
  const personal = yield* PersonalData
  const audit = yield* Audit
  const households = yield* makeHouseholds

  const hold = makeHold(users)

  /** The names of a household go first: once its person is gone, nobody knows any more that it was theirs. */
  const erase = Effect.fnUntraced(function* (id: UserId) {
    const all = yield* households.ofUser(id)
    const alone = yield* households.aloneIn(all)
    yield* Effect.forEach(alone, ({ tenantId }) => households.forget(tenantId), { discard: true })
    yield* personal.erase(id)
    const deed = { action: "user.erased", subject: `user ${id}` }
    yield* Effect.forEach(all, ({ tenantId }) => audit.recordBy(tenantId, "server", deed), { discard: true })
    return true
  })

  const eraseOne = Effect.fnUntraced(function* <E>(
    id: UserId,
    now: Instant.Instant,
    keep: (note: ErasureNote) => Effect.Effect<void, E>
  ) {
    if (!(yield* hold(id, ({ eraseAt }) => eraseAt !== null && eraseAt <= now))) return false
    yield* keep({ id, at: now })
    return yield* erase(id)
  }, goneIsFalse)

  /** Nobody but this person is anywhere they are a member. */
  const isAlone = Effect.fnUntraced(function* (id: UserId) {
    const all = yield* households.ofUser(id)
    return (yield* households.aloneIn(all)).length === all.length
  })

  const eraseStranger = Effect.fnUntraced(function* (id: UserId) {
    if (!(yield* isAlone(id)) || !(yield* hold(id, ({ verifiedAt }) => verifiedAt === null))) return false
    return yield* erase(id)
  }, goneIsFalse)

  const eraseUnconfirmed = Effect.fn("Erasures.eraseUnconfirmed")(function* (before: Instant.Instant) {
    let [erased, after] = [0, undefined as UserId | undefined]
    for (;;) {
      const some: ReadonlyArray<User> = yield* users.unconfirmed(before, { after, limit: pageOf })
      for (const { id } of some) if (yield* orNext(eraseStranger(id), id)) erased++
      after = some.at(-1)?.id
      if (some.length < pageOf) return erased
    }
  })

  return Erasures.of({
    eraseUnconfirmed,
    eraseDue: Effect.fn("Erasures.eraseDue")(function* (keep) {
      const now = yield* Instant.now
      let erased = 0
      for (;;) {
        const due = yield* users.dueForErasure(now, pageOf)
        const before = erased
        for (const { id } of due) if (yield* orNext(eraseOne(id, now, keep), id)) erased++
        if (due.length < pageOf || erased === before) return erased
      }
    }),
    eraseAgain: Effect.fn("Erasures.eraseAgain")(function* (id) {
      yield* hold(id, () => true)
      return yield* erase(id)
    }, goneIsFalse)
  })
})

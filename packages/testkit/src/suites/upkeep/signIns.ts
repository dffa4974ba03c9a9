import { assert } from "@effect/vitest"
import {
  type Instant,
  OneTimeStore,
  SessionStore,
  StorageUpkeep,
  type TenantStore,
  type UserStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { addUser, beginSession, freshDigest } from "../identity/support.ts"

/** What the checks of sessions that are given up need. */
export type SignInNeeds = StorageUpkeep | SessionStore | OneTimeStore | UserStore | TenantStore

const DAY = 86_400_000
const long = 20_000
const keepAll = { readingDays: long, quarterHourDays: long, hourDays: long, dayDays: long }

/** Before the time of all readings that other checks give up. */
const now = Date.UTC(2026, 11, 1, 12)
const before = (days: number) => (now - days * DAY) as Instant.Instant

/** What is promised of what nobody can sign in with any more. */
export const signInChecks: ReadonlyArray<Check<SignInNeeds>> = [
  {
    name: "sessions and secrets are given up when they were over for as long as they are kept",
    run: Effect.gen(function* () {
      const upkeep = yield* StorageUpkeep
      const sessions = yield* SessionStore
      const oneTimes = yield* OneTimeStore
      const ages = [3, 4, 6, 7, 31]
      const begun = yield* Effect.forEach(ages, (days) => beginSession({ expiresAt: before(days) }))
      const { session: ended } = yield* beginSession({ createdAt: before(9), expiresAt: before(-9) })
      yield* sessions.end(ended.userId, ended.id, before(8))
      const { session: running } = yield* beginSession({ expiresAt: before(-1) })
      const secrets = yield* Effect.forEach(ages, (days) =>
        Effect.gen(function* () {
          const { id: userId } = yield* addUser
          const expiresAt = before(days)
          const secret = {
            digest: freshDigest(),
            purpose: "invite",
            userId,
            tenantId: null,
            expiresAt
          } as const
          yield* oneTimes.put(secret)
          return secret
        })
      )
      const isThere = Effect.fnUntraced(function* (some: ReadonlyArray<typeof ended>) {
        return yield* Effect.forEach(some, ({ id }) => Effect.isSuccess(sessions.get(id)))
      })
      const all = [...begun.map(({ session }) => session), ended, running]
      const usual = yield* upkeep.retain(now as Instant.Instant, keepAll)
      assert.strictEqual(usual.droppedRecords, 2)
      assert.deepStrictEqual(yield* isThere(all), [true, true, true, true, false, true, true])
      const done = yield* upkeep.retain(now as Instant.Instant, { ...keepAll, sessionDays: 5 })
      assert.strictEqual(done.droppedRecords, 5)
      assert.deepStrictEqual(yield* isThere(all), [true, true, false, false, false, false, true])
      const left = yield* Effect.forEach(secrets, ({ digest, purpose }) =>
        oneTimes.take(digest, purpose, before(100))
      )
      assert.deepStrictEqual(left, [secrets[0], secrets[1], undefined, undefined, undefined])
    })
  }
]

import { assert } from "@effect/vitest"
import {
  ApiKeyStore,
  AuditStore,
  ConsentStore,
  DeadLetterStore,
  JobStore,
  MembershipStore,
  NotFound,
  NotificationStore,
  PersonalData,
  QuarantineStore,
  ReadingStore,
  SessionStore,
  UserStore,
  verifyChain
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addDevices, at } from "../registered.ts"
import { type Lived, live, type Needs } from "./lived.ts"
import { freshUserId } from "./support.ts"

type PersonalCheck = Check<Needs | PersonalData>

/** Two persons in a household, who did the same. */
const two = Effect.gen(function* () {
  const { deviceIds, place, tenantId } = yield* addDevices(1)
  const home = { tenantId, locationId: place.id, deviceId: deviceIds[0]! }
  return [yield* live(home, 0), yield* live(home, 1)] as const
})

const chainOf = Effect.fnUntraced(function* ({ tenantId }: Lived) {
  return (yield* (yield* AuditStore).list(tenantId, { limit: 1000 })).toReversed()
})

/** Who decided about the reading that waited, the letter and the reading that was corrected. */
const decidersOf = Effect.fnUntraced(function* ({ correction, settled, tenantId }: Lived) {
  const waited = yield* (yield* QuarantineStore).get(tenantId, settled)
  const letters = yield* (yield* DeadLetterStore).get(tenantId, settled)
  const revisions = yield* (yield* ReadingStore).revisions(tenantId, correction)
  return [
    ...waited.map((one) => one.settled?.by),
    ...letters.map((one) => one.settled?.by),
    ...revisions.map(({ provenance }) => [provenance?.by, provenance?.reason])
  ]
})

/** Everything that is kept of a person is told, and counted. */
const tells: ReadonlyArray<PersonalCheck> = [
  {
    name: "tells everything that is kept of a person, and no secret, and nothing of anybody else",
    run: Effect.gen(function* () {
      const [one, other] = yield* two
      const personal = yield* PersonalData
      const found = yield* personal.export(one.id)
      const text = JSON.stringify(found)
      for (const word of [...one.words, ...one.ids]) assert.include(text, word)
      for (const word of [...one.secrets, ...other.words, ...other.secrets]) assert.notInclude(text, word)
      const names = found.map(({ table }) => table)
      assert.deepStrictEqual(names, names.toSorted())
      for (const table of [
        "api_keys",
        "audit_logs",
        "consents",
        "dead_letters",
        "jobs",
        "memberships",
        "notification_preferences",
        "notifications",
        "quarantine",
        "reading_revisions",
        "sessions",
        "users"
      ]) {
        assert.include(names, table)
      }
      const counted = Object.fromEntries(found.map(({ rows, table }) => [table, rows.length]))
      assert.deepStrictEqual(yield* personal.counts(one.id), counted)
      assert.deepStrictEqual([counted["users"], counted["quarantine"], counted["consents"]], [1, 2, 2])
    })
  },
  {
    name: "tells nothing of somebody who is not there",
    run: Effect.gen(function* () {
      const personal = yield* PersonalData
      const nobody = freshUserId()
      yield* Refusals.assertMissing("user", nobody, personal.export(nobody))
      yield* Refusals.assertMissing("user", nobody, personal.counts(nobody))
      yield* Refusals.assertMissing("user", nobody, personal.erase(nobody))
    })
  }
]

/** Who is erased is gone, and nobody else. */
const erases: ReadonlyArray<PersonalCheck> = [
  {
    name: "who is erased is gone with all that was theirs, and what they decided stays, decided by nobody",
    run: Effect.gen(function* () {
      const [{ id, key, session, tenantId, ...one }] = yield* two
      const personal = yield* PersonalData
      const { audit_logs: _, ...counted } = yield* personal.counts(id)
      assert.deepStrictEqual(yield* personal.erase(id), counted)
      const lookups: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        (yield* UserStore).get(id),
        (yield* UserStore).findByEmail(one.email),
        (yield* ApiKeyStore).get(tenantId, key),
        (yield* SessionStore).get(session),
        (yield* MembershipStore).get(tenantId, id),
        personal.export(id),
        personal.erase(id)
      ]
      for (const gone of lookups) {
        assert.instanceOf(yield* Effect.flip(gone), NotFound)
      }
      assert.deepStrictEqual(yield* (yield* ConsentStore).list(id, { limit: 9 }), [])
      assert.deepStrictEqual(yield* (yield* JobStore).list(tenantId, { limit: 9, userId: id }), [])
      assert.deepStrictEqual(yield* (yield* NotificationStore).list(tenantId, id, { limit: 9 }), [])
      assert.deepStrictEqual(yield* decidersOf({ id, key, session, tenantId, ...one }), [
        "erased",
        "erased",
        "erased",
        "erased",
        [undefined, undefined],
        ["erased", "erased"]
      ])
    })
  },
  {
    name: "erasing somebody leaves all others as they are",
    run: Effect.gen(function* () {
      const [one, other] = yield* two
      const personal = yield* PersonalData
      const before = yield* personal.export(other.id)
      const decided = yield* decidersOf(other)
      yield* personal.erase(one.id)
      assert.deepStrictEqual(yield* personal.export(other.id), before)
      assert.deepStrictEqual(yield* decidersOf(other), decided)
    })
  },
  {
    name: "the audit log stays as it was, and says no more of who was erased than the id",
    run: Effect.gen(function* () {
      const [one] = yield* two
      const before = yield* chainOf(one)
      yield* (yield* PersonalData).erase(one.id)
      const after = yield* chainOf(one)
      assert.deepStrictEqual(after, before)
      assert.isUndefined(verifyChain(after))
      assert.isTrue(after.some(({ by }) => by === `user ${one.id}`))
      const text = JSON.stringify(after)
      for (const word of [...one.words, ...one.secrets]) assert.notInclude(text, word)
    })
  },
  {
    name: "of many who erase somebody at once one does",
    run: Effect.gen(function* () {
      const [one] = yield* two
      const personal = yield* PersonalData
      const tries = Array.from({ length: 8 }, () => Effect.isSuccess(personal.erase(one.id)))
      const erased = yield* Effect.all(tries, { concurrency: "unbounded" })
      assert.strictEqual(erased.filter(Boolean).length, 1)
    })
  },
  {
    name: "those whose instant to be erased has come are due, the earliest first",
    run: Effect.gen(function* () {
      const [one, other] = yield* two
      const users = yield* UserStore
      const due = (seconds: number, limit = 1000) =>
        Effect.map(users.dueForErasure(at(seconds - 1e8), limit), (some) => some.map(({ id }) => id))
      assert.deepStrictEqual(yield* due(100), [])
      for (const [seconds, { id }] of [[20, one] as const, [10, other] as const]) {
        const known = yield* users.get(id)
        assert.isTrue(yield* users.replace(known, { user: { eraseAt: at(seconds - 1e8) } }))
      }
      assert.deepStrictEqual(yield* due(9.999), [])
      assert.deepStrictEqual(yield* due(10), [other.id])
      assert.deepStrictEqual(yield* due(100), [other.id, one.id])
      assert.deepStrictEqual(yield* due(100, 1), [other.id])
      assert.deepStrictEqual(
        (yield* users.dueForErasure(at(20 - 1e8), 9))[1],
        (yield* users.get(one.id)).user
      )
      for (const { id } of [one, other]) yield* (yield* PersonalData).erase(id)
      assert.deepStrictEqual(yield* due(100), [])
    })
  }
]

/** Everything a `PersonalData` promises, one check for each promise. */
export const personalDataChecks: ReadonlyArray<PersonalCheck> = [...tells, ...erases]

/** Registers the tests every `PersonalData` has to pass, over a layer that also carries every store. */
export const personalDataSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs | PersonalData, E>,
  options: SuiteOptions = {}
): void => register(`${name}: PersonalData`, layer, personalDataChecks, options)

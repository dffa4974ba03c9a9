import { assert } from "@effect/vitest"
import {
  Instant,
  type Notification,
  NotificationStore,
  type TenantId,
  type TenantStore,
  type UserId,
  UserStore,
  usualNotificationPreferences
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import { addUser, freshUserId } from "../identity/support.ts"
import { poisonTexts } from "../messages/texts.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, freshTenant } from "../registered.ts"
import { freshNotificationId, freshTime } from "./support.ts"

type Needs = NotificationStore | TenantStore | UserStore

const noteOf = (tenantId: TenantId, userId: UserId, over: Partial<Notification> = {}): Notification => ({
  id: freshNotificationId(),
  tenantId,
  userId,
  kind: "new_sign_in",
  title: "A new sign-in",
  text: "From somewhere.",
  data: {},
  createdAt: freshTime(),
  readAt: null,
  ...over
})

/** Everything a `NotificationStore` promises, one check for each promise. */
export const notificationStoreChecks: ReadonlyArray<Check<Needs>> = [
  {
    name: "answers what was added, the newest first, to its person in its tenant alone, and once",
    run: Effect.gen(function* () {
      const store = yield* NotificationStore
      const [{ id: tenantId }, elsewhere] = [yield* addTenant, yield* addTenant]
      const [{ id: userId }, other] = [yield* addUser, yield* addUser]
      const notes = poisonTexts.map((text) =>
        noteOf(tenantId, userId, { title: text, text, data: { n: [1] } })
      )
      for (const note of notes) assert.isTrue(yield* store.add(note))
      assert.isFalse(yield* store.add({ ...notes[0]!, title: "another" }))
      yield* store.add(noteOf(elsewhere.id, userId))
      yield* store.add(noteOf(tenantId, other.id))
      const newest = notes.toReversed()
      assert.deepStrictEqual(yield* store.list(tenantId, userId, { limit: 99 }), newest)
      assert.deepStrictEqual(yield* store.list(tenantId, userId, { limit: 2 }), newest.slice(0, 2))
      const before = newest[1]!.id
      assert.deepStrictEqual(yield* store.list(tenantId, userId, { before, limit: 1 }), [newest[2]!])
      assert.strictEqual(yield* store.unread(tenantId, userId), notes.length)
    })
  },
  {
    name: "adds none of a tenant or a person there is not, and a person takes theirs along",
    run: Effect.gen(function* () {
      const store = yield* NotificationStore
      const { id: tenantId } = yield* addTenant
      const { id: userId } = yield* addUser
      assert.isFalse(yield* store.add(noteOf(freshTenant().id, userId)))
      assert.isFalse(yield* store.add(noteOf(tenantId, freshUserId())))
      yield* store.add(noteOf(tenantId, userId))
      const usual = usualNotificationPreferences
      yield* store.prefer(userId, usual, { ...usual, new_sign_in: [] })
      yield* (yield* UserStore).remove(userId)
      assert.deepStrictEqual(yield* store.list(tenantId, userId, { limit: 9 }), [])
      assert.strictEqual(yield* store.unread(tenantId, userId), 0)
      assert.deepStrictEqual(yield* store.preferences(userId), usual)
    })
  },
  {
    name: "notes when one was read, the first time, and by nobody else",
    run: Effect.gen(function* () {
      const store = yield* NotificationStore
      const { id: tenantId } = yield* addTenant
      const [{ id: userId }, other] = [yield* addUser, yield* addUser]
      const [one, two] = [noteOf(tenantId, userId), noteOf(tenantId, userId)]
      for (const note of [one, two]) yield* store.add(note)
      const now = freshTime()
      yield* Refusals.assertMissing("notification", one.id, store.read(tenantId, other.id, one.id, now))
      const read = { ...one, readAt: now }
      assert.deepStrictEqual(yield* store.read(tenantId, userId, one.id, now), read)
      assert.deepStrictEqual(yield* store.read(tenantId, userId, one.id, Instant.plus(now, 5)), read)
      const unread = { limit: 9, isUnreadOnly: true }
      assert.deepStrictEqual(yield* store.list(tenantId, userId, unread), [two])
      assert.strictEqual(yield* store.readAll(tenantId, other.id, now), 0)
      assert.strictEqual(yield* store.readAll(tenantId, userId, Instant.plus(now, 9)), 1)
      assert.strictEqual(yield* store.readAll(tenantId, userId, Instant.plus(now, 9)), 0)
      assert.deepStrictEqual(yield* store.list(tenantId, userId, { limit: 9 }), [
        { ...two, readAt: Instant.plus(now, 9) },
        read
      ])
    })
  },
  {
    name: "keeps how a person wants to be told, changed by one of many who saw the same",
    run: Effect.gen(function* () {
      const store = yield* NotificationStore
      const [{ id }, nobody] = [yield* addUser, freshUserId()]
      const usual = usualNotificationPreferences
      assert.deepStrictEqual(yield* store.preferences(id), usual)
      const quiet = { new_sign_in: [], export_ready: ["email"] } as const
      assert.isFalse(yield* store.prefer(nobody, usual, quiet))
      assert.isFalse(yield* store.prefer(id, quiet, usual))
      const tries = Array.from({ length: 8 }, () => store.prefer(id, usual, quiet))
      const done = yield* Effect.all(tries, { concurrency: "unbounded" })
      assert.strictEqual(done.filter(Boolean).length, 1)
      assert.deepStrictEqual(yield* store.preferences(id), quiet)
      assert.isTrue(yield* store.prefer(id, quiet, usual))
      assert.isTrue(yield* store.prefer(id, usual, quiet))
    })
  },
  {
    name: "gives up what was made before an instant, so many at a time",
    run: Effect.gen(function* () {
      const store = yield* NotificationStore
      const { id: tenantId } = yield* addTenant
      const { id: userId } = yield* addUser
      const now = freshTime()
      const notes = [0, 1, 2, 3].map((ms) => noteOf(tenantId, userId, { createdAt: Instant.plus(now, ms) }))
      for (const note of notes) yield* store.add(note)
      const before = Instant.plus(now, 3)
      assert.strictEqual(yield* store.forget(before, 2), 2)
      assert.strictEqual(yield* store.forget(before, 2), 1)
      assert.strictEqual(yield* store.forget(before, 2), 0)
      assert.deepStrictEqual(yield* store.list(tenantId, userId, { limit: 9 }), [notes[3]!])
    })
  }
]

/** Registers the tests every `NotificationStore` has to pass, over a layer with tenants and persons. */
export const notificationStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: NotificationStore`, layer, notificationStoreChecks, options)

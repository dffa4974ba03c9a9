import { assert } from "@effect/vitest"
import { type Session, SessionStore, type TenantStore, type UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, at, freshTenant } from "../registered.ts"
import { rotations } from "./rotations.ts"
import {
  addUser,
  beginSession,
  freshDigest,
  freshSession,
  freshSessionId,
  freshUserId,
  idleMs
} from "./support.ts"

type Needs = SessionStore | TenantStore | UserStore
type SessionCheck = Check<Needs>

const keeps: ReadonlyArray<SessionCheck> = [
  {
    name: "answers a session as it was begun",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      for (const agent of ["", ...Refusals.awkwardNames]) {
        const { session } = yield* beginSession({ agent, createdAt: at(10.001) })
        assert.deepStrictEqual(yield* store.get(session.id), session)
      }
      const absent = freshSessionId()
      yield* Refusals.assertMissing("session", absent, store.get(absent))
    })
  },
  {
    name: "begins none of a person or a tenant that is not there",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      const [user, tenant] = [yield* addUser, yield* addTenant]
      const [nobody, nowhere] = [freshUserId(), freshTenant().id]
      const ghost = freshSession(nobody, tenant.id)
      yield* Refusals.assertMissing("user", nobody, store.begin(ghost, freshDigest()))
      yield* Refusals.assertMissing("session", ghost.id, store.get(ghost.id))
      const lost = freshSession(user.id, nowhere)
      yield* Refusals.assertMissing("tenant", nowhere, store.begin(lost, freshDigest()))
    })
  },
  {
    name: "lists those of a person that are not over, the newest first, 100 at most",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      const { session: first } = yield* beginSession()
      const { tenantId, userId } = first
      const begin = (over: Partial<Session>) => {
        const session = freshSession(userId, tenantId, over)
        return Effect.as(store.begin(session, freshDigest()), session)
      }
      const newest = yield* begin({ createdAt: at(30) })
      yield* begin({ expiresAt: at(40) })
      const ended = yield* begin({ createdAt: at(20) })
      yield* store.end(userId, ended.id, at(35))
      yield* beginSession()
      assert.deepStrictEqual(yield* store.list(userId, at(40)), [newest, first])
      yield* Effect.forEach(
        Array.from({ length: 105 }, (_, i) => at(100 + i)),
        (createdAt) => begin({ createdAt })
      )
      const many = yield* store.list(userId, at(41))
      assert.strictEqual(many.length, 100)
      assert.strictEqual(many[0]?.createdAt, at(204))
    })
  }
]

const ends: ReadonlyArray<SessionCheck> = [
  {
    name: "ends a session of the person, once, and none of another person",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      const { digest, session } = yield* beginSession()
      const stranger = yield* addUser
      yield* Refusals.assertMissing("session", session.id, store.end(stranger.id, session.id, at(20)))
      const absent = freshSessionId()
      yield* Refusals.assertMissing("session", absent, store.end(session.userId, absent, at(20)))
      yield* store.end(session.userId, session.id, at(30))
      yield* store.end(session.userId, session.id, at(40))
      assert.deepStrictEqual(yield* store.get(session.id), { ...session, endedAt: at(30) })
      const turned = yield* store.rotate({
        digest,
        next: freshDigest(),
        now: at(41),
        forgivenMs: 10_000,
        idleMs
      })
      assert.deepStrictEqual(turned, { kind: "unknown" })
    })
  },
  {
    name: "ends all of a person but one, and answers those that were not over",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      const { session: kept } = yield* beginSession()
      const { tenantId, userId } = kept
      const others = [1, 2, 3].map(() => freshSession(userId, tenantId))
      const expired = freshSession(userId, tenantId, { expiresAt: at(20) })
      for (const one of [...others, expired]) yield* store.begin(one, freshDigest())
      const { session: foreign } = yield* beginSession()
      yield* store.end(userId, others[2]!.id, at(15))
      const answered = yield* store.endAll(userId, at(20), kept.id)
      assert.deepStrictEqual([...answered].sort(), [others[0]!.id, others[1]!.id])
      assert.deepStrictEqual(yield* store.list(userId, at(20)), [kept])
      assert.strictEqual((yield* store.get(others[2]!.id)).endedAt, at(15))
      assert.isNull((yield* store.get(expired.id)).endedAt)
      assert.deepStrictEqual(yield* store.endAll(userId, at(30)), [kept.id])
      assert.isNull((yield* store.get(foreign.id)).endedAt)
    })
  },
  {
    name: "tells which were ended since an instant, that instant included",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      const sessions = [yield* beginSession(), yield* beginSession(), yield* beginSession()]
      for (const [i, { session }] of sessions.slice(0, 2).entries()) {
        yield* store.end(session.userId, session.id, at(100 + i))
      }
      const told = Effect.fnUntraced(function* (since: number) {
        const ids = new Set(yield* store.endedSince(at(since)))
        return sessions.map(({ session }) => ids.has(session.id))
      })
      assert.deepStrictEqual(yield* told(100), [true, true, false])
      assert.deepStrictEqual(yield* told(100.001), [false, true, false])
      assert.deepStrictEqual(yield* told(101.001), [false, false, false])
    })
  },
  {
    name: "forgets what was over before an instant, so many at most, with its tokens",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      // Long before the sessions of all other checks.
      const long = (seconds: number) => at(seconds - 1e8)
      while ((yield* store.forget(long(1000), 1000)) > 0);
      const begin = (over: Partial<Session>) => beginSession({ createdAt: long(0), usedAt: long(0), ...over })
      const expired = [yield* begin({ expiresAt: long(10) }), yield* begin({ expiresAt: long(20) })]
      const ended = yield* begin({})
      yield* store.end(ended.session.userId, ended.session.id, long(15))
      const running = yield* begin({ expiresAt: long(30) })
      assert.strictEqual(yield* store.forget(long(10), 9), 0)
      assert.strictEqual(yield* store.forget(long(30), 2), 2)
      assert.strictEqual(yield* store.forget(long(30), 2), 1)
      assert.strictEqual(yield* store.forget(long(30), 2), 0)
      for (const { session } of [...expired, ended]) {
        yield* Refusals.assertMissing("session", session.id, store.get(session.id))
      }
      assert.deepStrictEqual(yield* store.get(running.session.id), running.session)
      // The digest is free again, which it is not while a token of the session is kept.
      yield* store.begin(freshSession(running.session.userId, running.session.tenantId), ended.digest)
    })
  }
]

/** Everything a `SessionStore` promises, one check for each promise. */
export const sessionStoreChecks: ReadonlyArray<SessionCheck> = [...keeps, ...rotations, ...ends]

/** Registers the tests every `SessionStore` has to pass, over a layer that also carries persons. */
export const sessionStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: SessionStore`, layer, sessionStoreChecks, options)

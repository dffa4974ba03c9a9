import { assert } from "@effect/vitest"
import { SessionStore, type TenantStore, type UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { at } from "../registered.ts"
import { beginSession, freshDigest, idleMs } from "./support.ts"

const forgivenMs = 10_000

/** Turns in the tokens of one session; each has the same next one each time. */
const turning = Effect.fnUntraced(function* (
  over: Parameters<typeof beginSession>[0] = {},
  idle: number = idleMs
) {
  const store = yield* SessionStore
  const { digest, session } = yield* beginSession(over)
  const tokens = [digest, ...Array.from({ length: 5 }, freshDigest)]
  return {
    session,
    /** The token of this place, so many seconds after a fixed instant. */
    turn: (place: number, seconds: number) =>
      store.rotate({
        digest: tokens[place]!,
        next: tokens[place + 1]!,
        now: at(seconds),
        forgivenMs,
        idleMs: idle
      }),
    now: store.get(session.id)
  }
})

/** What is promised of refresh tokens. */
export const rotations: ReadonlyArray<Check<SessionStore | TenantStore | UserStore>> = [
  {
    name: "a token is turned in for the next one, and that for the one after it",
    run: Effect.gen(function* () {
      const { now, session, turn } = yield* turning()
      for (let place = 0; place < 4; place++) {
        const used = { ...session, usedAt: at(20 + place) }
        assert.deepStrictEqual(yield* turn(place, 20 + place), { kind: "rotated", session: used })
        assert.deepStrictEqual(yield* now, used)
      }
    })
  },
  {
    name: "of a hundred turns of one token at once one is the first; all have one session and successor",
    run: Effect.gen(function* () {
      const { now, session, turn } = yield* turning()
      const told = yield* Effect.all(
        Array.from({ length: 100 }, () => turn(0, 20)),
        { concurrency: "unbounded" }
      )
      const used = { ...session, usedAt: at(20) }
      const kinds = told.map(({ kind }) => kind).sort()
      assert.deepStrictEqual(kinds, [...Array.from({ length: 99 }, () => "repeated"), "rotated"].sort())
      for (const one of told) assert.deepStrictEqual({ ...one, kind: "" }, { kind: "", session: used })
      assert.deepStrictEqual(yield* now, used)
      assert.strictEqual((yield* turn(1, 21)).kind, "rotated")
    })
  },
  {
    name: "of turns at once of a token and of the next one no two are both the first of the same",
    run: Effect.gen(function* () {
      const { now, turn } = yield* turning()
      yield* turn(0, 20)
      const told = yield* Effect.all(
        Array.from({ length: 40 }, (_, i) => turn(i % 2, 21)),
        { concurrency: "unbounded" }
      )
      const of = (place: number) => told.filter((_, i) => i % 2 === place).map(({ kind }) => kind)
      assert.isAtMost(of(1).filter((kind) => kind === "rotated").length, 1)
      assert.notInclude(of(0), "rotated")
      const thefts = told.filter(({ kind }) => kind === "stolen").length
      assert.strictEqual(thefts, (yield* now).endedAt === null ? 0 : 1)
    })
  },
  {
    name: "a spent token is forgiven for a time, and nothing changes",
    run: Effect.gen(function* () {
      const { now, session, turn } = yield* turning()
      yield* turn(0, 20)
      const used = { ...session, usedAt: at(20) }
      for (const seconds of [20, 25, 29.999]) {
        assert.deepStrictEqual(yield* turn(0, seconds), { kind: "repeated", session: used })
      }
      assert.deepStrictEqual(yield* now, used)
    })
  },
  {
    name: "after that time a spent token is stolen, and the session ends",
    run: Effect.gen(function* () {
      const { now, session, turn } = yield* turning()
      yield* turn(0, 20)
      const ended = { ...session, usedAt: at(20), endedAt: at(30) }
      assert.deepStrictEqual(yield* turn(0, 30), { kind: "stolen", session: ended })
      assert.deepStrictEqual(yield* now, ended)
      assert.deepStrictEqual(yield* turn(1, 31), { kind: "unknown" })
    })
  },
  {
    name: "a spent token is stolen at once when the next one was turned in, and the session ends",
    run: Effect.gen(function* () {
      const { now, session, turn } = yield* turning()
      yield* turn(0, 20)
      yield* turn(1, 21)
      const ended = { ...session, usedAt: at(21), endedAt: at(22) }
      assert.deepStrictEqual(yield* turn(0, 22), { kind: "stolen", session: ended })
      for (const place of [0, 1, 2]) assert.deepStrictEqual(yield* turn(place, 23), { kind: "unknown" })
      assert.deepStrictEqual(yield* now, ended)
    })
  },
  {
    name: "a session that was not turned for too long is over, and each turn begins that time anew",
    run: Effect.gen(function* () {
      const { now, session, turn } = yield* turning({}, 60_000)
      for (const [place, seconds] of [69.999, 129, 188].entries()) {
        assert.strictEqual((yield* turn(place, seconds)).kind, "rotated")
      }
      const used = { ...session, usedAt: at(188) }
      assert.deepStrictEqual(yield* turn(2, 190), { kind: "repeated", session: used })
      for (const place of [0, 2, 3]) assert.deepStrictEqual(yield* turn(place, 248), { kind: "unknown" })
      assert.deepStrictEqual(yield* now, used)
      assert.strictEqual((yield* turn(3, 247.999)).kind, "rotated")
    })
  },
  {
    name: "an ended session is told of among those that ended, also when a token was stolen",
    run: Effect.gen(function* () {
      const { session, turn } = yield* turning()
      yield* turn(0, 20)
      yield* turn(0, 500)
      assert.include(yield* (yield* SessionStore).endedSince(at(500)), session.id)
    })
  },
  {
    name: "an unknown token changes nothing, nor does a spent or a fresh one of a session that is over",
    run: Effect.gen(function* () {
      const store = yield* SessionStore
      const { now, session, turn } = yield* turning({ expiresAt: at(60) })
      for (const digest of [freshDigest(), "", "%", "\0", "\ud800"]) {
        const told = yield* store.rotate({ digest, next: freshDigest(), now: at(20), forgivenMs, idleMs })
        assert.deepStrictEqual(told, { kind: "unknown" })
      }
      assert.deepStrictEqual(yield* now, session)
      yield* turn(0, 20)
      for (const place of [0, 1]) assert.deepStrictEqual(yield* turn(place, 60), { kind: "unknown" })
      assert.deepStrictEqual(yield* now, { ...session, usedAt: at(20) })
      assert.strictEqual((yield* turn(1, 59.999)).kind, "rotated")
    })
  }
]

import { assert } from "@effect/vitest"
import { type Consent, ConsentStore, UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import { poisonTexts } from "../messages/texts.ts"
import * as Refusals from "../refusals.ts"
import { at } from "../registered.ts"
import { addUser, freshUserId } from "./support.ts"

type Needs = ConsentStore | UserStore

const consentOf = (userId: Consent["userId"], over: Partial<Consent> = {}): Consent => ({
  userId,
  at: at(11),
  subject: "terms",
  version: "2026-01",
  isGiven: true,
  ...over
})

/** Everything a `ConsentStore` promises, one check for each promise. */
export const consentStoreChecks: ReadonlyArray<Check<Needs>> = [
  {
    name: "answers every consent as it was added, the last that was added first, also of an earlier instant",
    run: Effect.gen(function* () {
      const store = yield* ConsentStore
      const [{ id }, stranger] = [yield* addUser, yield* addUser]
      assert.deepStrictEqual(yield* store.list(id, { limit: 9 }), [])
      const said = [
        consentOf(id, { at: at(20.001) }),
        consentOf(id, { at: at(20.001) }),
        consentOf(id, { isGiven: false, at: at(9) }),
        ...poisonTexts.map((text) => consentOf(id, { subject: text, version: text }))
      ]
      for (const one of said) yield* store.add(one)
      yield* store.add(consentOf(stranger.id))
      assert.deepStrictEqual(yield* store.list(id, { limit: 99 }), said.toReversed())
      assert.deepStrictEqual(yield* store.list(id, { limit: 2 }), said.toReversed().slice(0, 2))
      assert.deepStrictEqual(yield* store.list(stranger.id, { limit: 9 }), [consentOf(stranger.id)])
    })
  },
  {
    name: "answers those about one subject",
    run: Effect.gen(function* () {
      const store = yield* ConsentStore
      const { id } = yield* addUser
      const subjects = ["terms", "analytics", "terms", "Terms"]
      const said = subjects.map((subject, i) => consentOf(id, { subject, at: at(i) }))
      for (const one of said) yield* store.add(one)
      assert.deepStrictEqual(yield* store.list(id, { limit: 9, subject: "terms" }), [said[2]!, said[0]!])
      assert.deepStrictEqual(yield* store.list(id, { limit: 1, subject: "terms" }), [said[2]!])
      for (const subject of ["", "term", "%", "\0"]) {
        assert.deepStrictEqual(yield* store.list(id, { limit: 9, subject }), [])
      }
    })
  },
  {
    name: "refuses one of nobody, and what somebody said is gone when they are",
    run: Effect.gen(function* () {
      const store = yield* ConsentStore
      const nobody = freshUserId()
      yield* Refusals.assertMissing("user", nobody, store.add(consentOf(nobody)))
      const [gone, stays] = [yield* addUser, yield* addUser]
      for (const { id } of [gone, stays]) yield* store.add(consentOf(id))
      yield* (yield* UserStore).remove(gone.id)
      yield* Refusals.assertMissing("user", gone.id, store.add(consentOf(gone.id)))
      assert.deepStrictEqual(yield* store.list(gone.id, { limit: 9 }), [])
      assert.strictEqual((yield* store.list(stays.id, { limit: 9 })).length, 1)
    })
  }
]

/** Registers the tests every `ConsentStore` has to pass, over a layer that also carries persons. */
export const consentStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: ConsentStore`, layer, consentStoreChecks, options)

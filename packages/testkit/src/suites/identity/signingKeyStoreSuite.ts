import { assert } from "@effect/vitest"
import { type SigningKey, SigningKeyStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import { at, freshApiKeyId } from "../registered.ts"

type KeyCheck = Check<SigningKeyStore>

/** Keys belong to nobody, so each check has a time of its own, later than those before it. */
let era = 0
const eraOf = () => {
  const start = ++era * 1e7
  return (seconds: number) => at(start + seconds)
}

const fresh = (createdAt: SigningKey["createdAt"], expiresAt: SigningKey["expiresAt"]): SigningKey => ({
  id: freshApiKeyId("key"),
  sealed: "v1.c2VhbGVk",
  publicJwk: { kty: "RSA", n: "0vx7agoebGcQSuuPiLJXZpt", e: "AQAB", use: "sig" },
  createdAt,
  expiresAt
})

/** Everything a `SigningKeyStore` promises, one check for each promise. */
export const signingKeyStoreChecks: ReadonlyArray<KeyCheck> = [
  {
    name: "answers keys as they were added, the newest first, until they expire",
    run: Effect.gen(function* () {
      const store = yield* SigningKeyStore
      const of = eraOf()
      const keys = [fresh(of(0), of(100)), fresh(of(10), of(110)), fresh(of(20.001), of(90))] as const
      const [first, second, third] = keys
      assert.deepStrictEqual(yield* store.add(first, of(-1)), [first])
      assert.deepStrictEqual(yield* store.add(second, of(0)), [second, first])
      assert.deepStrictEqual(yield* store.add(third, of(15)), [third, second, first])
      assert.deepStrictEqual(yield* store.list(of(89.999)), [third, second, first])
      assert.deepStrictEqual(yield* store.list(of(90)), [second, first])
      assert.deepStrictEqual(yield* store.list(of(100)), [second])
      assert.deepStrictEqual(yield* store.list(of(110)), [])
    })
  },
  {
    name: "adds no key when another was added after an instant, and answers that one",
    run: Effect.gen(function* () {
      const store = yield* SigningKeyStore
      const of = eraOf()
      const first = fresh(of(10), of(100))
      yield* store.add(first, of(0))
      assert.deepStrictEqual(yield* store.add(fresh(of(20), of(100)), of(9.999)), [first])
      const second = fresh(of(30), of(100))
      assert.deepStrictEqual(yield* store.add(second, of(10)), [second, first])
    })
  },
  {
    name: "of many processes that begin at once one makes the key, and all are answered it",
    run: Effect.gen(function* () {
      const store = yield* SigningKeyStore
      // Several times, because connections that are still being made let nobody be at once.
      for (let round = 0; round < 5; round++) {
        const of = eraOf()
        const answered = yield* Effect.forEach(
          Array.from({ length: 40 }, (_, i) => fresh(of(i), of(1000))),
          (key) => store.add(key, of(-1)),
          { concurrency: "unbounded" }
        )
        const keys = yield* store.list(of(40))
        assert.strictEqual(keys.length, 1)
        for (const some of answered) assert.deepStrictEqual(some, keys)
      }
    })
  }
]

/** Registers the tests every `SigningKeyStore` has to pass. */
export const signingKeyStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<SigningKeyStore, E>,
  options: SuiteOptions = {}
): void => register(`${name}: SigningKeyStore`, layer, signingKeyStoreChecks, options)

import { assert } from "@effect/vitest"
import { ServerSecret } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"

const derived = (purpose: string) => Effect.flatMap(ServerSecret, ({ derive }) => derive(purpose))

/** Everything a `ServerSecret` promises, one check for each promise. */
export const serverSecretChecks: ReadonlyArray<Check<ServerSecret>> = [
  {
    name: "makes a key of 32 bytes, the same each time and however many ask",
    run: Effect.gen(function* () {
      const first = yield* derived("refresh")
      assert.strictEqual(first.length, 32)
      assert.isTrue(first.some((byte) => byte !== 0))
      const many = yield* Effect.all(
        Array.from({ length: 10 }, () => derived("refresh")),
        { concurrency: "unbounded" }
      )
      for (const one of many) assert.deepStrictEqual(one, first)
    })
  },
  {
    name: "makes another key for every purpose",
    run: Effect.gen(function* () {
      const purposes = [
        "",
        "refresh",
        "refresh ",
        "Refresh",
        "totp",
        "größe",
        "x".repeat(300),
        `${"x".repeat(300)}y`
      ]
      const keys = yield* Effect.forEach(purposes, derived)
      assert.strictEqual(new Set(keys.map((key) => key.join())).size, purposes.length)
    })
  },
  {
    name: "does not mind what is done with a key",
    run: Effect.gen(function* () {
      const before = yield* derived("refresh")
      const kept = before.slice()
      before.fill(0)
      assert.deepStrictEqual(yield* derived("refresh"), kept)
    })
  }
]

/** Registers the tests every `ServerSecret` has to pass. */
export const serverSecretSuite = <E>(
  name: string,
  layer: Layer.Layer<ServerSecret, E>,
  options: SuiteOptions = {}
): void => register(`${name}: ServerSecret`, layer, serverSecretChecks, options)

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { locate } from "./binaries.ts"

describe("binaries", () => {
  it.effect("finds the programs for this machine, with none of our environment", () =>
    Effect.gen(function* () {
      const { env, postgres } = yield* locate()
      assert.match(postgres, /postgres(\.exe)?$/)
      assert.isUndefined(env["HOME"])
    })
  )

  it.effect("says what to do where there are none", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(locate("linux", "s390x"))
      assert.strictEqual(failed.reason, "platform")
      assert.include(failed.message, "DATABASE_URL")
    })
  )
})

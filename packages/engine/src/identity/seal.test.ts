import { assert, describe, it } from "@effect/vitest"
import { layerServerSecret } from "@wattkit/core"
import { Effect } from "effect"
import { open, seal } from "./seal.ts"
import * as Base64url from "./tokens/base64url.ts"

const layer = layerServerSecret(new Uint8Array(32).fill(1))
const bytes = new TextEncoder().encode("what nobody may read")

const refused = (purpose: string, sealed: string, of?: string) =>
  Effect.map(Effect.flip(open(purpose, sealed, of)), (error) => {
    assert.strictEqual(error._tag, "StorageError")
    assert.strictEqual(error.reason, "misconfigured")
  })

describe("seal", () => {
  it.effect("opens what it sealed, which looks different each time and shows nothing", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* seal("totp", bytes, "user_1"), yield* seal("totp", bytes, "user_1")]
      assert.notStrictEqual(one, two)
      assert.notInclude(Buffer.from(one, "base64url").toString("latin1"), "nobody")
      assert.deepStrictEqual(yield* open("totp", one, "user_1"), bytes)
      assert.deepStrictEqual(yield* open("totp", two, "user_1"), bytes)
      assert.lengthOf(yield* open("totp", yield* seal("totp", new Uint8Array())), 0)
    }).pipe(Effect.provide(layer))
  )

  it.effect("opens nothing for another purpose, of another thing or with another server secret", () =>
    Effect.gen(function* () {
      const sealed = yield* seal("totp", bytes, "user_1")
      yield* refused("signing key", sealed, "user_1")
      yield* refused("totp", sealed, "user_2")
      yield* refused("totp", sealed)
      const other = layerServerSecret(new Uint8Array(32).fill(2))
      yield* refused("totp", sealed, "user_1").pipe(Effect.provide(other))
    }).pipe(Effect.provide(layer))
  )

  it.effect("opens nothing in which any one bit was changed, nor a part of it", () =>
    Effect.gen(function* () {
      const sealed = yield* seal("totp", bytes)
      const whole = Base64url.decode(sealed) ?? new Uint8Array()
      for (let i = 0; i < whole.length; i++) {
        yield* refused("totp", Base64url.encode(whole.with(i, (whole[i] ?? 0) ^ 1)))
        yield* refused("totp", Base64url.encode(whole.subarray(0, i)))
      }
      for (const text of ["", "AQ", "no base64!", `${sealed}=`, `${sealed}AAAA`]) yield* refused("totp", text)
    }).pipe(Effect.provide(layer))
  )
})

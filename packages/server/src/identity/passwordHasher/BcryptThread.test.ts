import { spawn } from "node:child_process"
import { once } from "node:events"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as BcryptThread from "./BcryptThread.ts"

describe("the thread of bcrypt", () => {
  it.live("answers each question with its own digest", () =>
    Effect.gen(function* () {
      const { digestOf } = yield* BcryptThread.make
      const salts = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte))
      const ask = salts.map((salt) => digestOf(new Uint8Array(3), salt, 4))
      const together = yield* Effect.all(ask, { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* Effect.all(ask), together)
      assert.strictEqual(new Set(together.map((digest) => digest.join())).size, 3)
    }).pipe(Effect.scoped)
  )

  it.live("keeps a program while it works, and lets it end when it does not", () =>
    Effect.gen(function* () {
      const program = `
        import { Effect, Scope } from "effect"
        import { make } from ${JSON.stringify(new URL("./BcryptThread.ts", import.meta.url).href)}
        const { digestOf } = await Effect.runPromise(Scope.provide(make, Scope.makeUnsafe()))
        for (let i = 0; i < 2; i++) {
          const digest = await Effect.runPromise(digestOf(new Uint8Array(3), new Uint8Array(16), 6))
          process.stdout.write(String(digest.length))
        }
        const closed = Effect.flatMap(make, ({ digestOf }) =>
          digestOf(new Uint8Array(3), new Uint8Array(16), 6)
        )
        await Effect.runPromise(Effect.scoped(closed))
        process.stdout.write(" closed")`
      const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
        cwd: import.meta.dirname,
        stdio: ["ignore", "pipe", "inherit"]
      })
      let said = ""
      child.stdout.on("data", (bytes) => (said += String(bytes)))
      const [code] = yield* Effect.promise(() => once(child, "close"))
      assert.deepStrictEqual([code, said], [0, "2323 closed"])
    })
  )
})

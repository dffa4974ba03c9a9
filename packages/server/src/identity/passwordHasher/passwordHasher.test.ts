import { assert, describe, it } from "@effect/vitest"
import { PasswordHasher } from "@wattkit/core"
import { passwordHasherSuite } from "@wattkit/testkit/suites"
import { Effect, Fiber, Latch, Redacted } from "effect"
import * as Argon2id from "./argon2id.ts"
import { layer, make } from "./passwordHasher.ts"
import * as Turns from "./Turns.ts"

passwordHasherSuite("argon2id", layer)

const secret = (text: string) => Redacted.make(text)

const verified = (password: string, hash: string | null) =>
  Effect.flatMap(PasswordHasher, ({ verify }) => verify(secret(password), hash))

/** Made by libxcrypt. */
const bcrypt12 = "$2b$12$abcdefghijklmnopqrstuudpR8/u2LVMRsaBR5dauusG6FpndOlj."
const bcrypt72 = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
const letters72 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

it.layer(layer, { excludeTestServices: true })("the hasher", (it) => {
  it.effect("writes what OWASP asks for, in the form of PHC", () =>
    Effect.gen(function* () {
      const { hash } = yield* PasswordHasher
      const made = yield* hash(secret("Aa1!aaaa"))
      assert.match(made, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    })
  )

  it.effect("knows argon2id of other parameters, and that they are of yesterday", () =>
    Effect.gen(function* () {
      // The reference implementation's: echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1
      const other = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
      assert.deepStrictEqual(yield* verified("password", other), { isRight: true, isOutdated: true })
      assert.isFalse((yield* verified("passwort", other)).isRight)
    })
  )

  it.effect("knows the bcrypt hashes of others until they are made anew", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* verified("Grüße1!", bcrypt12), { isRight: true, isOutdated: true })
      const as2y = bcrypt12.replace("$2b", "$2y")
      assert.deepStrictEqual(yield* verified("Grüße1!", as2y), { isRight: true, isOutdated: true })
      assert.isFalse((yield* verified("Grüße2!", bcrypt12)).isRight)
    })
  )

  it.effect("refuses what bcrypt cannot tell from another password", () =>
    Effect.gen(function* () {
      assert.isTrue((yield* verified(letters72, bcrypt72)).isRight)
      assert.isFalse((yield* verified(`${letters72}x`, bcrypt72)).isRight)
      const short = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
      assert.isTrue((yield* verified("U*U", short)).isRight)
      assert.isFalse((yield* verified("U*U\0U*U", short)).isRight)
    })
  )

  it.effect("lets the thread that serves requests work on while twenty are hashed", () =>
    Effect.gen(function* () {
      const { hash, verify } = yield* PasswordHasher
      // Time on the processor and not on the clock: other programs may stop this one, and do no harm here.
      const used = () => process.threadCpuUsage().user / 1000
      const wholeBefore = process.cpuUsage().user / 1000
      const before = used()
      let last = before
      let longest = 0
      let goesOn = true
      const look = () => {
        const now = used()
        longest = Math.max(longest, now - last)
        last = now
        if (goesOn) setTimeout(look, 1)
      }
      look()
      const many = Array.from({ length: 18 }, (_, i) => hash(secret(`Aa1!${i}`)))
      const old = [verify(secret("x"), bcrypt12), verify(secret("y"), bcrypt12)]
      yield* Effect.all([...many, ...old], { concurrency: "unbounded" })
      goesOn = false
      look()
      const share = (used() - before) / (process.cpuUsage().user / 1000 - wholeBefore)
      assert.isBelow(longest, 50, "milliseconds in which nothing else was done")
      assert.isBelow(share, 0.5, "of the work was done by the thread that serves requests")
    })
  )
})

describe("the time that somebody unknown takes", () => {
  it.effect("is that of somebody known: the same work", () =>
    Effect.gen(function* () {
      const work: Array<unknown> = []
      const hasher = make({
        argon2id: (password, salt, cost, length) => {
          work.push(["argon2id", salt.length, cost, length])
          return Argon2id.derive(password, salt, cost, length)
        },
        bcrypt: (password, salt, cost) => {
          work.push(["bcrypt", password.length, cost])
          return Effect.succeed(salt)
        },
        turns: Turns.make(2, 10)
      })
      const hash = yield* hasher.hash(secret("Aa1!aaaa"))
      const one = work.splice(0)
      assert.strictEqual(one.length, 1)
      for (const [password, known] of [
        ["Aa1!aaaa", hash],
        ["wrong", hash],
        ["Aa1!aaaa", null],
        [
          "Aa1!aaaa",
          "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        ],
        ["Aa1!aaaa", "Aa1!aaaa"]
      ] as const) {
        const { isRight } = yield* hasher.verify(secret(password), known)
        assert.strictEqual(isRight, password === "Aa1!aaaa" && known === hash)
        assert.deepStrictEqual(work.splice(0), one)
      }
      yield* hasher.verify(secret("x".repeat(500)), bcrypt12)
      assert.deepStrictEqual(work, [["bcrypt", 72, 12]])
    })
  )
})

describe("turns", () => {
  const busy = "too many sign-ins"

  it.effect("are for so many at once, let so many wait and send the rest away", () =>
    Effect.gen(function* () {
      const latch = yield* Latch.make()
      let atOnce = 0
      let most = 0
      const work = Effect.gen(function* () {
        most = Math.max(most, ++atOnce)
        yield* latch.await
        atOnce--
      })
      const { take } = Turns.make(2, 3)
      const fibers = yield* Effect.forEach(Array.from({ length: 5 }), () => Effect.forkChild(take(work)))
      yield* Effect.yieldNow
      assert.include((yield* Effect.flip(take(work))).message, busy)
      // Somebody who waited and went away makes room for one.
      yield* Fiber.interrupt(fibers[4]!)
      const late = yield* Effect.forkChild(take(work))
      yield* Effect.yieldNow
      assert.include((yield* Effect.flip(take(work))).message, busy)
      yield* latch.open
      yield* Effect.forEach([...fibers.slice(0, 4), late], Fiber.join)
      assert.strictEqual(most, 2)
      yield* take(Effect.void)
    })
  )

  it.effect("come back from work that fails", () =>
    Effect.gen(function* () {
      const { take } = Turns.make(1, 0)
      for (let i = 0; i < 3; i++) yield* Effect.flip(take(Effect.fail("no")))
      yield* take(Effect.void)
    })
  )
})

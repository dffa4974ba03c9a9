import { assert } from "@effect/vitest"
import { PasswordHasher } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type Check, register, type SuiteOptions } from "../Check.ts"

/** Pairs of passwords that an adapter which cuts, folds or trims takes for each other. */
const distinct: ReadonlyArray<string> = [
  "Aa1!aaaa",
  "Aa1!aaaa ",
  "aA1!aaaa",
  "Aa1!AAAA",
  "Aa1!aaaa\0",
  "Aa1!aaaa\0Aa1!aaaa",
  "",
  "\0",
  "Ä1!äöüß€𝛑",
  "A1!äöüß€𝛑",
  `${"x".repeat(72)}Aa1!`,
  `${"x".repeat(72)}Bb2?`,
  `${"ß".repeat(127)}!`,
  `${"ß".repeat(127)}?`
]

const verified = (password: string, hash: string | null) =>
  Effect.flatMap(PasswordHasher, ({ verify }) => verify(Redacted.make(password), hash))

const hashed = (password: string) =>
  Effect.flatMap(PasswordHasher, ({ hash }) => hash(Redacted.make(password)))

/** Everything a `PasswordHasher` promises, one check for each promise. */
export const passwordHasherChecks: ReadonlyArray<Check<PasswordHasher>> = [
  {
    name: "knows the password of a hash, and that no other is it",
    run: Effect.gen(function* () {
      for (const [i, password] of distinct.entries()) {
        const hash = yield* hashed(password)
        assert.deepStrictEqual(yield* verified(password, hash), { isRight: true, isOutdated: false })
        const other = distinct[i ^ 1]!
        assert.isFalse((yield* verified(other, hash)).isRight, `${other} is not ${password}`)
      }
    })
  },
  {
    name: "tells nothing by the hash: not the password, and not who has the same",
    run: Effect.gen(function* () {
      const password = "Aa1!aaaaSecret"
      const [one, other] = [yield* hashed(password), yield* hashed(password)]
      assert.notStrictEqual(one, other)
      assert.notInclude(one, password)
      assert.isTrue((yield* verified(password, other)).isRight)
    })
  },
  {
    name: "says no without a hash",
    run: Effect.gen(function* () {
      for (const password of ["Aa1!aaaa", "", "null"]) {
        assert.isFalse((yield* verified(password, null)).isRight)
      }
    })
  },
  {
    name: "says no to a hash that it cannot read",
    run: Effect.gen(function* () {
      const hash = yield* hashed("Aa1!aaaa")
      const unreadable = [
        "",
        "$",
        "Aa1!aaaa",
        "$2b$",
        "$argon2id$v=19$",
        hash.slice(0, -1),
        `${hash}A`,
        `${hash}\n`
      ]
      for (const one of unreadable) {
        assert.isFalse((yield* verified("Aa1!aaaa", one)).isRight, JSON.stringify(one))
      }
    })
  },
  {
    name: "answers each of many who come at once with their own",
    run: Effect.gen(function* () {
      const passwords = Array.from({ length: 8 }, (_, i) => `Aa1!${i}`)
      const hashes = yield* Effect.all(passwords.map(hashed), { concurrency: "unbounded" })
      const verdicts = yield* Effect.all(
        passwords.map((_, i) => verified(`Aa1!${i ^ (i % 2)}`, hashes[i]!)),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        verdicts.map(({ isRight }) => isRight),
        passwords.map((_, i) => i % 2 === 0)
      )
    })
  }
]

/** Registers the tests every `PasswordHasher` has to pass. */
export const passwordHasherSuite = <E>(
  name: string,
  layer: Layer.Layer<PasswordHasher, E>,
  options: SuiteOptions = {}
): void => register(`${name}: PasswordHasher`, layer, passwordHasherChecks, options)

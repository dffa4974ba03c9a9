import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { sameBytes } from "@wattkit/engine"
import { assert, describe, it } from "vitest"
import { packageRoot } from "../../src/packageRoot.ts"

const packages = join(packageRoot, "..")

const sources: ReadonlyArray<readonly [string, string]> = readdirSync(packages, {
  recursive: true,
  encoding: "utf8"
})
  .filter((name) => /^[\w-]+\/src\/.*\.ts$/.test(name) && !/\.(?:test|fixture|gen)\.ts$/.test(name))
  .map((name) => [name, readFileSync(join(packages, name), "utf8")])

/** Names of what must not be guessed piece by piece. */
const secretName = /(?:secret|password|token|digest|signature|hmac|recoveryCode|credential)s?$/i

/** What stands on both sides of a comparison, where both are names. */
const comparison = /([\w.?!]+(?:\(\))?)\s*(?:===|!==|==|!=)\s*([\w.?!"'`]+)/g

/** Comparisons with what everybody knows tell nothing. */
const isKnown = (side: string): boolean => /^(?:undefined|null|true|false|\d+|["'`].*)$/.test(side)

/**
 * Comparisons that are none of secrets, each for its reason: a digest that is looked up is no secret to who
 * can see it, and two digests of the same request are both ours.
 */
const allowed: ReadonlyArray<RegExp> = [
  /memory\/.*Store\.ts$/,
  /^storage-postgres\/src\/registry\/PostgresApiKeyStore\.ts$/,
  /^testkit\//,
  // A client compares tokens that are its own, with each other.
  /^client\//,
  /idempotency\//,
  /schemaDigest|migrat/i,
  /cli\/import\//
]

/** The comparisons in a source that take as long as two secrets agree. */
export const hasty = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(comparison)]
    .filter(([, one = "", other = ""]) => {
      const names = [one, other].filter((side) => secretName.test(side.replace(/[?!]/g, "")))
      return names.length > 0 && !isKnown(one) && !isKnown(other)
    })
    .map(([whole]) => whole)

const mean = (numbers: ReadonlyArray<number>): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length

const variance = (numbers: ReadonlyArray<number>): number => {
  const middle = mean(numbers)
  return numbers.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (numbers.length - 1)
}

/** Welch's t of two series, without the slowest tenth, which is what the machine did meanwhile. */
const tOf = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number => {
  const [a, b] = [one, other].map((times) =>
    times.toSorted((x, y) => x - y).slice(0, Math.floor(times.length * 0.9))
  )
  return (mean(a!) - mean(b!)) / Math.sqrt(variance(a!) / a!.length + variance(b!) / b!.length)
}

const samples = Number(process.env["WATTKIT_TEST_TIMING_SAMPLES"] ?? 20_000)

/** A comparison that stops at the first difference, to be found out. */
const stopsEarly = (one: ArrayLike<number>, other: ArrayLike<number>): boolean => {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}

/** How clearly it can be told by time whether a guess is wrong at its beginning or at its end. */
const told = (same: typeof sameBytes): number => {
  const secret = new Uint8Array(4_096).fill(7)
  const [early, late] = [0, 4_095].map((at) => secret.with(at, 8))
  const times: [Array<number>, Array<number>] = [[], []]
  for (let i = 0; i < samples; i++) {
    // By turns, and who is first by turns as well, so that both meet the same weather.
    for (const which of i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const guess = which === 0 ? early! : late!
      const startedAt = performance.now()
      same(secret, guess)
      times[which].push(performance.now() - startedAt)
    }
  }
  return Math.abs(tOf(times[0].slice(1_000), times[1].slice(1_000)))
}

describe("secrets", () => {
  it("are compared in the time it takes to look at all of them, in every source", () => {
    assert.isAbove(sources.length, 300)
    const found = sources
      .filter(([name]) => !allowed.some((pattern) => pattern.test(name)))
      .flatMap(([name, text]) => hasty(text).map((whole) => `${name}: ${whole}`))
    assert.deepStrictEqual(found, [])
  })

  it("would be found where they are compared in haste", () => {
    for (const text of [
      "given === secret",
      "a.token !== b",
      "if (known.digest == digestOf) {",
      "x.password! === y.password"
    ]) {
      assert.lengthOf(hasty(text), 1, text)
    }
    for (const text of ["secret === undefined", 'token === ""', "one === other", "secrets.length === 1"]) {
      assert.lengthOf(hasty(text), 0, text)
    }
  })

  it(`cannot be told by time in ${samples} guesses`, { retry: 3 }, () => {
    assert.isBelow(told(sameBytes), 4.5)
  })

  it("could be told by time if the comparison stopped early", () => {
    assert.isAbove(told(stopsEarly), 4.5)
  })
})

import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Email, type Instant, noSecrets, PasswordHasher, UserId, UserStore } from "@wattkit/core"
import { Effect, Redacted } from "effect"
import * as Hasher from "../../src/identity/passwordHasher/passwordHasher.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { configOf, startServer, type TestServer } from "../fixtures/inProcess.ts"
import { password } from "./house.fixture.ts"

/** How many pairs are measured; WATTKIT_TEST_ENUMERATION=2000 for as many as the requirement says. */
const pairs = Number(process.env["WATTKIT_TEST_ENUMERATION"] ?? 30)

let server: TestServer
let turn = 0

const known = (i: number) => `known${i}@example.com`
const unknown = (i: number) => `unknown${i}@example.com`

/** Makes persons whose passwords are all the same, so that one hash is enough. */
const people = (count: number) =>
  Effect.gen(function* () {
    const passwordHash = yield* PasswordHasher.use(({ hash }) => hash(Redacted.make(password)))
    const users = yield* UserStore
    const now = Date.now() as Instant.Instant
    const fresh = { name: "Ada", createdAt: now, verifiedAt: now, disabledAt: null, eraseAt: null }
    for (let i = 0; i < count; i++) {
      const user = { id: UserId.make(`user_${i}`), email: Email.make(known(i)), ...fresh }
      yield* users.add(user, { ...noSecrets, passwordHash })
    }
  })

beforeAll(async () => {
  const edge = { ...configOf({ dataDir: "" }).edge, trustedProxies: ["127.0.0.1", "::1"] }
  // What is sent is not what is measured: it goes nowhere.
  server = await startServer(layerMemory, { edge })
  await server.run(Effect.provide(people(pairs), Hasher.layer))
})
afterAll(() => server.close())

/** Each from an address of its own, so that nobody is slowed down. */
const post = async (path: string, body: unknown) => {
  const n = turn++
  const from = `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
  const since = performance.now()
  const answer = await server.call("POST", `/v1/auth/${path}`, {
    key: null,
    body,
    headers: { "x-forwarded-for": from }
  })
  return {
    ms: performance.now() - since,
    retryAfter: answer.headers.get("retry-after"),
    said: `${answer.status} ${JSON.stringify([answer.code, answer.data])}`
  }
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/**
 * By how many milliseconds one of two takes longer, and how far off that may be. The two of a pair follow
 * each other at once, first the one, then the other, so that what else the machine does meets both; the
 * median of the differences does not see the few that were disturbed.
 */
const compare = async (one: (i: number) => Promise<number>, other: (i: number) => Promise<number>) => {
  const differences: Array<number> = []
  for (let i = 0; i < pairs; i++) {
    const isFirst = i % 2 === 0
    const first = await (isFirst ? one : other)(i)
    const second = await (isFirst ? other : one)(i)
    differences.push(isFirst ? first - second : second - first)
  }
  const middle = median(differences)
  const spread = 1.4826 * median(differences.map((value) => Math.abs(value - middle)))
  return { middle, error: (1.2533 * spread) / Math.sqrt(pairs) }
}

/** Two milliseconds, and more only where the machine is too restless to tell. */
const tolerated = (error: number): number => Math.max(2, 4 * error)

const cases = [
  ["login", (email: string) => ({ email, password: "Wrong-Horse-7" })],
  ["register", (email: string) => ({ email, password, name: "Eve" })],
  ["forgot-password", (email: string) => ({ email })]
] as const

describe("a rush of sign-ins", () => {
  it("is told when to come again, and does not keep others from being served", async () => {
    const many = Array.from({ length: 90 }, (_, i) =>
      post("login", { email: `rush-${unknown(i)}`, password: "Wrong-Horse-7" })
    )
    const keys = await server.call("GET", "/v1/auth/jwks.json", { key: null })
    assert.strictEqual(keys.status, 200)
    const answers = await Promise.all(many)
    const busy = answers.filter(({ said }) => said.startsWith("503"))
    assert.isAbove(busy.length, 0)
    assert.deepStrictEqual([...new Set(busy.map(({ retryAfter }) => retryAfter))], ["5"])
    const others = answers.filter(({ said }) => !said.startsWith("503"))
    assert.isTrue(others.every(({ said }) => said.startsWith("401")))
  })
})

describe("who asks about an address", () => {
  it.each(cases)(
    "at %s is told the same, in the same time, whether it is known or not",
    async (path, bodyOf) => {
      const said = new Set<string>()
      const timed = (address: (i: number) => string) => async (i: number) => {
        const answer = await post(path, bodyOf(address(i)))
        said.add(answer.said)
        return answer.ms
      }
      const unknownOnce = (i: number) => `${path}-${unknown(i)}`
      const { error, middle } = await compare(timed(known), timed(unknownOnce))
      assert.strictEqual(said.size, 1, [...said].join("\n"))
      assert.isBelow(Math.abs(middle), tolerated(error), `${path} differs by ${middle} ms ± ${error} ms`)
    }
  )

  it(
    "would be told by the time if nothing were hashed for nobody",
    async () => {
      const hasher = await Effect.runPromise(Effect.scoped(Effect.provide(PasswordHasher, Hasher.layer)))
      const hash = await Effect.runPromise(hasher.hash(Redacted.make(password)))
      const careless = (kept: string | null) => async () => {
        const since = performance.now()
        if (kept !== null) await Effect.runPromise(hasher.verify(Redacted.make("Wrong-Horse-7"), kept))
        await server.call("GET", "/v1/auth/jwks.json", { key: null })
        return performance.now() - since
      }
      const { error, middle } = await compare(careless(hash), careless(null))
      assert.isAbove(Math.abs(middle), tolerated(error))
    },
    60_000 + pairs * 2_000
  )
})

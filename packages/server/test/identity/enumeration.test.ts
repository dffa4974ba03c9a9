import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Email, type Instant, noSecrets, PasswordHasher, UserId, UserStore } from "@wattkit/core"
import { Effect, Layer, Redacted } from "effect"
import * as Hasher from "../../src/identity/passwordHasher/passwordHasher.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { configOf, startServer, type TestServer } from "../fixtures/inProcess.ts"
import { password } from "./house.fixture.ts"
import { pOfSame } from "./kolmogorovSmirnov.ts"
import { randomOf, shuffled } from "./randomOrder.ts"

/** How many pairs are measured; WATTKIT_TEST_ENUMERATION=2000 for as many as the requirement says. */
const pairs = Number(process.env["WATTKIT_TEST_ENUMERATION"] ?? 60)

/** Whether there are enough for the means and the distributions to be compared, as is required. */
const isMany = pairs >= 2_000

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

const open = async (hasher?: typeof Hasher.layer): Promise<TestServer> => {
  const edge = { ...configOf({ dataDir: "" }).edge, trustedProxies: ["127.0.0.1", "::1"] }
  // What is sent is not what is measured: it goes nowhere.
  const opened = await startServer(layerMemory, { edge }, hasher)
  await opened.run(Effect.provide(people(pairs), Hasher.layer))
  return opened
}

beforeAll(async () => {
  server = await open()
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

const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

interface Times {
  readonly one: ReadonlyArray<number>
  readonly other: ReadonlyArray<number>
}

/**
 * Times the two of each pair one after the other, pairs in any order and now the one first, now the other, as
 * chance has it: what else the machine does, and what the request before left to be done, meets both alike.
 */
const timesOf = async (
  ask: (i: number, isOne: boolean) => Promise<number>,
  seed = 20_261
): Promise<Times> => {
  const random = randomOf(seed)
  const times: { one: Array<number>; other: Array<number> } = { one: [], other: [] }
  for (const i of shuffled(
    Array.from({ length: pairs }, (_, i) => i),
    random
  )) {
    const isOneFirst = random() < 0.5
    for (const isOne of [isOneFirst, !isOneFirst]) times[isOne ? "one" : "other"].push(await ask(i, isOne))
  }
  return times
}

/**
 * What tells two kinds of requests apart by their times. Of few the median of the differences, which does not
 * see those that were disturbed: two milliseconds, and more only where the machine is too restless to tell.
 * Of many the difference of the means as well, and how likely both are of the same distribution.
 */
const toldApart = ({ one, other }: Times): ReadonlyArray<string> => {
  const differences = one.map((ms, i) => ms - other[i]!)
  const middle = median(differences)
  const spread = 1.4826 * median(differences.map((value) => Math.abs(value - middle)))
  const tolerated = Math.max(2, (4 * 1.2533 * spread) / Math.sqrt(pairs))
  const told: Array<string> = []
  if (Math.abs(middle) >= tolerated) told.push(`the median differs by ${middle} ms, ${tolerated} ms is noise`)
  if (!isMany) return told
  const [apart, p] = [mean(one) - mean(other), pOfSame(one, other)]
  if (Math.abs(apart) >= 2) told.push(`the means differ by ${apart} ms`)
  if (p <= 0.01) told.push(`one distribution for both is as likely as ${p}`)
  return told
}

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

/** A hasher that does nothing for who has no password. */
const careless = Layer.effect(
  PasswordHasher,
  Effect.map(PasswordHasher, (hasher) => ({
    ...hasher,
    verify: (typed: Redacted.Redacted, hash: string | null) =>
      hash === null ? Effect.succeed({ isRight: false, isOutdated: false }) : hasher.verify(typed, hash)
  }))
).pipe(Layer.provide(Hasher.layer))

const longest = { timeout: 60_000 + pairs * 2_000 }

describe("who asks about an address", () => {
  it.each(cases)(
    "at %s is told the same, in the same time, whether it is known or not",
    longest,
    async (path, bodyOf) => {
      const said = new Set<string>()
      const times = await timesOf(async (i, isKnown) => {
        const answer = await post(path, bodyOf(isKnown ? known(i) : `${path}-${unknown(i)}`))
        said.add(answer.said)
        return answer.ms
      })
      assert.strictEqual(said.size, 1, [...said].join("\n"))
      assert.deepStrictEqual(toldApart(times), [])
    }
  )

  it("would be told by the time if nothing were hashed for nobody", longest, async () => {
    const sound = server
    server = await open(careless)
    const [path, bodyOf] = cases[0]
    const times = await timesOf(
      async (i, isKnown) => (await post(path, bodyOf(isKnown ? known(i) : unknown(i)))).ms
    )
    await server.close()
    server = sound
    assert.lengthOf(toldApart(times), isMany ? 3 : 1)
  })
})

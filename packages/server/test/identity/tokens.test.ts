import { afterAll, assert, beforeAll, describe, it } from "vitest"
import {
  Email,
  type Instant,
  MembershipStore,
  noSecrets,
  SessionId,
  SessionStore,
  type SigningKey,
  SigningKeyStore,
  TenantId,
  TenantStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, Layer, Redacted } from "effect"
import {
  type Forge,
  forgeOf,
  forgeries,
  makeSigningKey,
  secret as sharedSecret
} from "@wattkit/engine/fixtures/forgeries"
import { makeCall } from "../fixtures/call.ts"
import { configOf, startServer, type TestServer } from "../fixtures/inProcess.ts"
import { makeKeptStores } from "../fixtures/keptStores.ts"
import { keepOut } from "./house.fixture.ts"

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** The signing keys of all servers here, which the tests lay there and take away. */
const keys = new Map<string, SigningKey>()
const newestFirst = (now: number) =>
  [...keys.values()].filter(({ expiresAt }) => expiresAt > now).toSorted((a, b) => b.createdAt - a.createdAt)
const keyStore = Layer.succeed(SigningKeyStore, {
  list: (now) => Effect.sync(() => newestFirst(now)),
  add: (key, since) =>
    Effect.sync(() => {
      if (![...keys.values()].some(({ createdAt }) => createdAt > since)) keys.set(key.id, key)
      return newestFirst(key.createdAt)
    })
})

/** The bytes that the fixtures of the engine open keys with. */
const secret = Redacted.make(Buffer.alloc(32, 1).toString("base64url"))

let stores: Awaited<ReturnType<typeof makeKeptStores>>
let server: TestServer
let forge: Forge

const startOne = () =>
  startServer(Layer.merge(stores.layer, keyStore), {
    identity: { ...configOf({ dataDir: "" }).identity, secret }
  })

/** Whom the forged tokens name: a person who is signed in. */
const adaSignedIn = Effect.gen(function* () {
  const [tenantId, userId] = [TenantId.make("one"), UserId.make("ada")]
  const now = Date.now() as Instant.Instant
  yield* TenantStore.use((store) => store.add({ id: tenantId, name: "One", createdAt: now }))
  const user = {
    id: userId,
    email: Email.make("ada@example.com"),
    name: "Ada",
    createdAt: now,
    verifiedAt: now
  }
  yield* UserStore.use((store) => store.add({ ...user, disabledAt: null, eraseAt: null }, noSecrets))
  const member = { tenantId, userId, role: "admin", locations: [], createdAt: now, disabledAt: null } as const
  yield* MembershipStore.use((store) => store.put(member))
  const expiresAt = (now + DAY) as Instant.Instant
  const times = { createdAt: now, usedAt: now, expiresAt, endedAt: null }
  const session = { id: SessionId.make("session_1"), userId, tenantId, agent: "", ...times }
  yield* SessionStore.use((store) => store.begin(session, "digest"))
})

const aKey = Effect.gen(function* () {
  const { issueNamed } = yield* Credentials
  const draft = { tenantId: TenantId.make("one"), name: "probe", scopes: ["read"], deviceId: null } as const
  const { id, secret } = yield* issueNamed(draft)
  return { clientId: id, clientSecret: Redacted.value(secret) }
})

beforeAll(async () => {
  stores = await makeKeptStores()
  server = await startOne()
  await server.call("GET", "/v1/auth/jwks.json")
  await server.run(adaSignedIn)
  forge = await Effect.runPromise(forgeOf([...keys.values()][0]!, Math.floor(Date.now() / 1000)))
})
afterAll(async () => {
  await server.close()
  await stores.close()
})

const statusOf = async (url: string, token: string): Promise<number> =>
  (await makeCall(url, token)("GET", "/v1/users/me")).status

/** One that is valid a moment later, and one whose only fault the header of a request cannot carry. */
const notOverHttp = ["iat in the future", "a space before"]

const isSendable = (token: string): boolean => {
  try {
    return new Headers({ authorization: `Bearer ${token}` }).get("authorization") === `Bearer ${token}`
  } catch {
    return false
  }
}

describe("an access token", () => {
  it("lets in whoever it was signed for, and nobody with any of a hundred forgeries", async () => {
    assert.strictEqual(await statusOf(server.url, forge.token), 200)
    const made = Object.entries(forgeries).map(([name, make]) => [name, make(forge)] as const)
    const sent = made.filter(
      ([name, token]) => isSendable(token) && token.length < 8_000 && !notOverHttp.includes(name)
    )
    assert.isAtLeast(sent.length, 90)
    const letIn: Array<string> = []
    for (const [name, token] of sent) {
      const status = await statusOf(server.url, token)
      if (status !== 401) letIn.push(`${name}: ${status}`)
    }
    assert.deepStrictEqual(letIn, [])
    assert.strictEqual(await statusOf(server.url, forge.token), 200)
  })

  it("is worth nothing a second after its person was kept out", async () => {
    const [url, token] = [server.url, forge.token]
    assert.strictEqual(await statusOf(url, token), 200)
    await server.run(keepOut("ada@example.com", Date.now()))
    const since = performance.now()
    let status = 200
    while (status === 200 && performance.now() - since < 5_000) status = await statusOf(url, token)
    assert.deepStrictEqual([status, performance.now() - since < 1_200], [401, true])
    await server.run(keepOut("ada@example.com", null))
    while (status === 401 && performance.now() - since < 10_000) status = await statusOf(url, token)
    assert.strictEqual(status, 200)
  })
})

describe("the keys that sign", () => {
  it("rotate under two servers without refusing anybody; what one signed goes with it", async () => {
    const [first] = keys.values()
    // As another process made it six minutes ago: it was shown for long enough to sign now.
    const createdAt = (Date.now() - 6 * MINUTE) as Instant.Instant
    const life = { createdAt, expiresAt: (createdAt + 40 * DAY) as Instant.Instant }
    const second = await Effect.runPromise(Effect.provide(makeSigningKey(life), sharedSecret))
    keys.set(second.id, second)
    const other = await startOne()
    const shown = await other.call<never>("GET", "/v1/auth/jwks.json")
    assert.include(shown.text, first!.id)
    assert.include(shown.text, second.id)
    const body = await server.run(aKey)
    const refused: Array<string> = []
    const signedBy = new Map<string, string>()
    await Promise.all(
      Array.from({ length: 6 }, async (_, caller) => {
        for (let turn = 0; turn < 25; turn++) {
          const [signs, verifies] = (caller + turn) % 2 === 0 ? [server, other] : [other, server]
          const given = await signs.call<{ accessToken: string }>("POST", "/v1/auth/token", {
            key: null,
            body
          })
          const { accessToken } = given.data
          const { kid } = JSON.parse(Buffer.from(accessToken.split(".")[0]!, "base64url").toString())
          signedBy.set(kid, accessToken)
          const { status } = await makeCall(verifies.url, accessToken)("GET", "/v1/locations")
          if (status !== 200) refused.push(`${kid} ${status}`)
        }
      })
    )
    assert.deepStrictEqual(refused, [])
    assert.sameMembers([...signedBy.keys()], [first!.id, second.id])
    keys.delete(first!.id)
    const last = await startOne()
    const statuses = await Promise.all(
      [first!.id, second.id].map(async (kid) => {
        const { status } = await makeCall(last.url, signedBy.get(kid)!)("GET", "/v1/locations")
        return status
      })
    )
    assert.deepStrictEqual(statuses, [401, 200])
    keys.set(first!.id, first!)
    await Promise.all([other.close(), last.close()])
  })
})

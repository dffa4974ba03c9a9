import { ApiKeyStore, type TenantId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Context, Effect, Layer, Option, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { StorageLayer } from "../../src/App.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { operations } from "../contract/operations.ts"
import { makeHouse } from "../fixtures/call.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { addHand, addLocation, addTenant, type Hand } from "./crew.ts"

interface Key {
  readonly id: string
  readonly prefix: string
  readonly scopes: ReadonlyArray<string>
  readonly locations: ReadonlyArray<string> | null
  readonly userId: string | null
  readonly deviceId: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

interface Made {
  readonly apiKey: Key
  readonly secret: string
}

/** Everything by which a secret is looked up, counted. */
let lookUps = 0

const counting: StorageLayer = Layer.effectContext(
  Effect.map(Layer.build(layerMemory), (built) => {
    const keys = Context.get(built, ApiKeyStore)
    const findByDigest = (digest: string) => {
      lookUps++
      return keys.findByDigest(digest)
    }
    return Context.add(built, ApiKeyStore, { ...keys, findByDigest })
  })
)

let server: TestServer
let tenantId: TenantId
let admin: Hand
let user: Hand
let house: string

beforeAll(async () => {
  server = await startServer(counting)
  tenantId = await addTenant(server)
  admin = await addHand(server, tenantId, "admin")
  const place = await addLocation(admin)
  house = place
  user = await addHand(server, tenantId, "user", [place])
})

afterAll(() => server.close())

const make = (hand: Pick<Hand, "call">, over: object = {}) =>
  hand.call<Made>("POST", "/v1/api-keys", { body: { name: "mine", scopes: ["read"], ...over } })

const made = async (hand: Pick<Hand, "call">, over: object = {}): Promise<Made> => {
  const { data, status, text } = await make(hand, over)
  assert.strictEqual(status, 201, text)
  return data
}

/** Calls with the secret of a key. */
const bearer = (secret: string): Pick<Hand, "call"> => ({
  call: (method, path, options) => server.call(method, path, { key: secret, ...options })
})

const isLetIn = async (secret: string): Promise<boolean> => {
  const { status } = await server.call("GET", "/v1/locations", { key: secret })
  assert.include([200, 401], status)
  return status === 200
}

const untilBelieved = () => new Promise((resolve) => setTimeout(resolve, 1_000))

describe("an API key", () => {
  it("is shown once, works at once, and is known by its prefix after that", async () => {
    const { apiKey, secret } = await made(user)
    assert.strictEqual(secret.slice(0, apiKey.prefix.length), apiKey.prefix)
    assert.deepInclude(apiKey, { userId: user.userId, deviceId: null, locations: null })
    assert.isTrue(await isLetIn(secret))
    for (const hand of [user, admin, bearer(secret)]) {
      const { status, text } = await hand.call("GET", `/v1/api-keys/${apiKey.id}`)
      assert.strictEqual(status, 200)
      assert.notInclude(text, secret.slice(12))
      assert.notInclude(text, "digest")
    }
    const digests = await server.run(ApiKeyStore.use((keys) => keys.list(tenantId, { limit: 99 })))
    assert.notInclude(JSON.stringify(digests), secret.slice(12))
  })

  it("is its person's and the administrators' to see, and nobody else's", async () => {
    const { apiKey } = await made(user)
    const shared = await made(admin, { isShared: true })
    const other = await addHand(server, tenantId, "facility_manager")
    assert.strictEqual((await other.call("GET", `/v1/api-keys/${apiKey.id}`)).status, 404)
    assert.strictEqual((await other.call("DELETE", `/v1/api-keys/${apiKey.id}`)).status, 404)
    assert.strictEqual((await user.call("GET", `/v1/api-keys/${shared.apiKey.id}`)).status, 404)
    const idsOf = async (hand: Pick<Hand, "call">, query = "") => {
      const { data } = await hand.call<ReadonlyArray<Key>>("GET", `/v1/api-keys${query}`)
      return data.map(({ id }) => id)
    }
    assert.deepStrictEqual(await idsOf(other), [])
    assert.include(await idsOf(user), apiKey.id)
    assert.notInclude(await idsOf(user), shared.apiKey.id)
    assert.includeMembers([...(await idsOf(admin))], [apiKey.id, shared.apiKey.id])
    assert.notInclude(await idsOf(admin, `?userId=${user.userId}`), shared.apiKey.id)
    // Whoever asks for somebody else's is shown none, and not all of their own.
    assert.deepStrictEqual(await idsOf(user, `?userId=${admin.userId}`), [])
    assert.deepStrictEqual(await idsOf(bearer(shared.secret)), [shared.apiKey.id])
    const first = await admin.call("GET", "/v1/api-keys?limit=1")
    const second = await idsOf(admin, `?cursor=${first.meta.nextCursor}`)
    assert.strictEqual(second.length + 1, (await idsOf(admin)).length)
  })

  it("is given nothing its maker does not have, nor an end that is none", async () => {
    const far = await addLocation(admin)
    const soon = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
    for (const [hand, over, status, field] of [
      [user, { scopes: ["read", "manage"] }, 403],
      [user, { scopes: ["administer"] }, 403],
      [user, { isShared: true }, 403],
      [user, { locations: [far] }, 400, "locations"],
      [user, { locations: ["nowhere"] }, 400, "locations"],
      [admin, { locations: ["nowhere"] }, 400, "locations"],
      [admin, { scopes: ["administer"], locations: [far] }, 400, "locations"],
      [user, { expiresAt: soon(-1) }, 400, "expiresAt"],
      [user, { expiresAt: soon(3_700) }, 400, "expiresAt"],
      [user, { scopes: [] }, 400, "scopes[0]"],
      [user, { tenantId: "other" }, 400, "tenantId"],
      [user, { userId: admin.userId }, 400, "userId"]
    ] as const) {
      const answer = await make(hand, over)
      assert.deepStrictEqual([answer.status, answer.details[0]?.field], [status, field], JSON.stringify(over))
    }
    const { apiKey } = await made(user, { locations: [house], expiresAt: soon(3_600) })
    assert.deepStrictEqual(apiKey.locations, [house])
  })

  it("never does more than its person may do now", async () => {
    const hand = await addHand(server, tenantId, "admin")
    const { secret } = await made(hand, { scopes: ["read", "manage", "administer"] })
    assert.strictEqual((await server.call("GET", "/v1/users", { key: secret })).status, 200)
    await admin.call("PUT", `/v1/users/${hand.userId}`, { body: { role: "user", locations: [] } })
    await untilBelieved()
    assert.strictEqual((await server.call("GET", "/v1/users", { key: secret })).status, 403)
    assert.strictEqual((await server.call("GET", `/v1/locations/${house}`, { key: secret })).status, 404)
  })

  it("ends when it is revoked, and outlives its maker only when it is shared", async () => {
    const [own, shared] = [await made(admin), await made(admin, { isShared: true })]
    assert.strictEqual((await admin.call("DELETE", `/v1/api-keys/${own.apiKey.id}`)).status, 200)
    await untilBelieved()
    assert.isFalse(await isLetIn(own.secret))
    assert.isTrue(await isLetIn(shared.secret))
    const usable = await admin.call("GET", "/v1/api-keys")
    const all = await admin.call("GET", "/v1/api-keys?show=all")
    assert.notInclude(usable.text, own.apiKey.id)
    assert.include(all.text, own.apiKey.id)
  })
})

describe("a key that is replaced", () => {
  it("may do the same, and the old one ends now or a while later", async () => {
    const replace = async (overlapMinutes: number) => {
      const old = await made(user, { locations: [house] })
      const path = `/v1/api-keys/${old.apiKey.id}`
      const { data, status } = await user.call<Made>("POST", `${path}/rotate`, { body: { overlapMinutes } })
      assert.strictEqual(status, 201)
      const { scopes, locations, userId } = data.apiKey
      assert.deepStrictEqual([scopes, locations, userId], [["read"], [house], user.userId])
      assert.strictEqual((await user.call("POST", `${path}/rotate`, { body: {} })).status, 409)
      return { old, path, fresh: data }
    }
    const [now, later] = [await replace(0), await replace(60)]
    await untilBelieved()
    assert.deepStrictEqual(
      [await isLetIn(now.old.secret), await isLetIn(later.old.secret), await isLetIn(later.fresh.secret)],
      [false, true, true]
    )
    // What would have ended later ends now when it is revoked.
    assert.strictEqual((await user.call("DELETE", later.path)).status, 200)
    await untilBelieved()
    assert.isFalse(await isLetIn(later.old.secret))
    assert.isTrue(await isLetIn(later.fresh.secret))
    const { apiKey } = await made(user)
    const body = { overlapMinutes: 1_441 }
    const { status } = await user.call("POST", `/v1/api-keys/${apiKey.id}/rotate`, { body })
    assert.strictEqual(status, 400)
  })

  it("is replaced by its person alone: with it, an administrator would be them", async () => {
    const { apiKey } = await made(user)
    const path = `/v1/api-keys/${apiKey.id}`
    assert.strictEqual((await admin.call("POST", `${path}/rotate`, { body: {} })).status, 403)
    assert.strictEqual((await admin.call("DELETE", path)).status, 200)
  })

  it("is not that of a device, which is changed with the device", async () => {
    const call = bearer((await made(admin, { scopes: ["read", "manage"] })).secret).call
    const [place, device] = [`place-of-${tenantId}`, `meter-of-${tenantId}`]
    await makeHouse(call, place, device)
    const { data } = await admin.call<ReadonlyArray<Key>>("GET", `/v1/api-keys?deviceId=${device}`)
    assert.deepStrictEqual(
      data.map(({ deviceId }) => deviceId),
      [device]
    )
    const path = `/v1/api-keys/${data[0]?.id}`
    assert.strictEqual((await admin.call("POST", `${path}/rotate`, { body: {} })).status, 409)
    assert.strictEqual((await admin.call("DELETE", path)).status, 409)
  })
})

describe("a key that makes keys", () => {
  it("gives less than it has and never more: neither scopes, nor a longer life", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
    const maker = await made(admin, { scopes: ["read", "administer"], isShared: true, expiresAt: inAnHour })
    const hand = bearer(maker.secret)
    for (const [over, status] of [
      [{ scopes: ["read", "manage"], isShared: true, expiresAt: inAnHour }, 403],
      [{ scopes: ["ingest"], isShared: true, expiresAt: inAnHour }, 403],
      [{ scopes: ["read"], isShared: true }, 400],
      [{ scopes: ["read"], isShared: true, expiresAt: new Date(Date.now() + 7_200_000).toISOString() }, 400],
      [{ scopes: ["read"], expiresAt: inAnHour }, 400],
      [{ scopes: ["read"], isShared: true, expiresAt: inAnHour }, 201]
    ] as const) {
      assert.strictEqual((await make(hand, over)).status, status, JSON.stringify(over))
    }
    const stronger = await made(admin, { scopes: ["read", "manage"], isShared: true })
    const path = `/v1/api-keys/${stronger.apiKey.id}/rotate`
    assert.strictEqual((await hand.call("POST", path, { body: {} })).status, 403)
    const body = { email: "e@example.com", name: "E", role: "admin" }
    assert.strictEqual((await hand.call("POST", "/v1/users", { body })).status, 403)
    const change = { body: { role: "admin", locations: [] } }
    assert.strictEqual((await hand.call("PUT", `/v1/users/${user.userId}`, change)).status, 403)
  })
})

describe("S7: a key", () => {
  it("with a wrong checksum is refused without a question to the database", async () => {
    const { secret } = await made(user)
    const before = lookUps
    for (let i = 8; i < secret.length; i++) {
      const wrong = secret.slice(0, i) + (secret[i] === "7" ? "8" : "7") + secret.slice(i + 1)
      assert.isFalse(await isLetIn(wrong), `position ${i}`)
    }
    assert.strictEqual(lookUps, before)
    assert.isTrue(await isLetIn(secret))
    assert.isAbove(lookUps, before)
  })

  it("that may read is refused on every route that changes something, whatever it is sent", async () => {
    const { secret } = await made(admin, { scopes: ["read"] })
    // These let in by what is in the body, and a ticket only shows. What each of the others answers to a
    // request
    // that fits is a column of the matrix.
    const open = /^POST \/v1\/(auth\/|ws\/tickets)/
    const writes = operations.filter(
      ({ method, name }) => method !== "GET" && name.includes("/v1/") && !open.test(name)
    )
    assert.isAtLeast(writes.length, 20)
    const passed: Array<string> = []
    for (const { method, name, path, described } of writes) {
      const target = path.replace(/\{[^}]+\}/g, "x")
      const json = described.requestBody?.content["application/json"]
      const { status } = await server.call(method, target, { key: secret, ...(json && { body: {} }) })
      if (status < 400) passed.push(`${name} ${status}`)
    }
    assert.deepStrictEqual(passed, [])
    for (const [method, path, body] of [
      ["POST", "/v1/api-keys", { name: "x", scopes: ["read"] }],
      ["POST", "/v1/users", { email: "x@example.com", name: "X", role: "user" }],
      ["PUT", `/v1/users/${user.userId}`, { role: "admin", locations: [] }],
      ["DELETE", `/v1/users/${user.userId}`, undefined],
      ["DELETE", `/v1/users/${user.userId}/sessions`, undefined],
      ["DELETE", "/v1/api-keys/x", undefined],
      ["POST", "/v1/api-keys/x/rotate", {}]
    ] as const) {
      const { status } = await server.call(method, path, { key: secret, ...(body && { body }) })
      assert.strictEqual(status, 403, `${method} ${path}`)
    }
  })
})

describe("S8: a reader", () => {
  it("finds no secret that works in anything that can be read", async () => {
    const owner = await made(admin, { scopes: ["read", "manage", "administer"], isShared: true })
    const device = await makeHouse(bearer(owner.secret).call, `crawl-${tenantId}`, `crawled-${tenantId}`)
    const reader = await made(admin, { isShared: true })
    const read = await server.run(
      Credentials.use((credentials) => credentials.verify(Redacted.make(reader.secret)))
    )
    assert.isTrue(Option.isSome(read))
    const live = [owner.secret, device, reader.secret, admin.token, user.token]
    const keys = await admin.call<ReadonlyArray<Key>>("GET", "/v1/api-keys?limit=500")
    const ids: Record<string, ReadonlyArray<string>> = {
      "api-keys": keys.data.map(({ id }) => id),
      users: [admin.userId, user.userId],
      devices: [`crawled-${tenantId}`],
      locations: [`crawl-${tenantId}`, house]
    }
    const targets = operations
      .filter(({ method }) => method === "GET")
      .flatMap(({ path }) => {
        const kind = /^\/v1\/([^/]+)\/\{/.exec(path)?.[1]
        const named = kind === undefined ? [""] : (ids[kind] ?? ["x"])
        return named.map((id) => path.replace(/\{[^}]+\}/g, id))
      })
    const pages = ["/openapi.json", "/docs", "/", "/v1/audit-logs/export", ...new Set(targets)]
    assert.isAtLeast(pages.length, 40)
    const found: Array<string> = []
    for (const key of [reader.secret, admin.token]) {
      for (const page of pages) {
        const { text } = await server.call("GET", page, { key })
        for (const secret of live) if (text.includes(secret)) found.push(page)
        for (const [spelt] of text.matchAll(/wk_[a-z]+_[0-9a-z]{20,}/g)) found.push(`${page} ${spelt}`)
      }
    }
    assert.deepStrictEqual(found, [])
  })
})

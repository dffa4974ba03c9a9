import { ApiKeyId, programOf, type TenantId, UserStore } from "@wattkit/core"
import { Members } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { addHand, addLocation, addTenant, type Hand, signIn } from "./crew.ts"

interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly status: string
  readonly locations: ReadonlyArray<string>
  readonly disabledAt: string | null
}

let server: TestServer
let tenantId: TenantId
let admin: Hand

beforeAll(async () => {
  server = await startServer(layerMemory)
})

afterAll(() => server.close())

const startOver = async () => {
  tenantId = await addTenant(server)
  admin = await addHand(server, tenantId, "admin")
}

const actions = async (): Promise<ReadonlyArray<string>> => {
  const { data } = await admin.call<ReadonlyArray<{ action: string }>>("GET", "/v1/audit-logs")
  return data.map(({ action }) => action)
}

const invitation = (over: object = {}) => ({
  email: "grace@example.com",
  name: "Grace",
  role: "user",
  ...over
})

describe("the members of a tenant", () => {
  beforeAll(startOver)

  it("are shown to administrators, page by page, and to nobody else", async () => {
    const others = [
      await addHand(server, tenantId, "user"),
      await addHand(server, tenantId, "facility_manager")
    ]
    const first = await admin.call<ReadonlyArray<User>>("GET", "/v1/users?limit=2")
    const rest = await admin.call<ReadonlyArray<User>>("GET", `/v1/users?cursor=${first.meta.nextCursor}`)
    assert.deepStrictEqual(
      [...first.data, ...rest.data].map(({ id }) => id),
      [admin, ...others].map(({ userId }) => userId)
    )
    for (const { call } of others) {
      assert.strictEqual((await call("GET", "/v1/users")).status, 403)
      assert.strictEqual((await call("GET", `/v1/users/${admin.userId}`)).status, 403)
      assert.strictEqual((await call("GET", "/v1/users/statistics")).status, 403)
      const raise = { body: { role: "admin", locations: [] } }
      for (const { userId } of others) {
        assert.strictEqual((await call("PUT", `/v1/users/${userId}`, raise)).status, 403)
      }
    }
    const foreign = await addHand(server, await addTenant(server), "admin")
    for (const [method, path] of [
      ["GET", ""],
      ["PUT", ""],
      ["DELETE", ""],
      ["GET", "/sessions"],
      ["DELETE", "/sessions"]
    ] as const) {
      const options = method === "PUT" ? { body: { role: "user", locations: [] } } : {}
      const { status } = await foreign.call(method, `/v1/users/${admin.userId}${path}`, options)
      assert.strictEqual(status, 404, `${method} ${path}`)
    }
  })

  it("are changed as a whole, if they are what they were", async () => {
    const house = await addLocation(admin)
    const { userId } = await addHand(server, tenantId, "user")
    const path = `/v1/users/${userId}`
    const before = await admin.call<User>("GET", path)
    const etag = before.headers.get("etag") ?? ""
    const body = { role: "facility_manager", locations: [house, house] }
    const changed = await admin.call<User>("PUT", path, { body, headers: { "if-match": etag } })
    assert.strictEqual(changed.status, 200, changed.text)
    assert.deepInclude(changed.data, { role: "facility_manager", status: "active" })
    assert.deepStrictEqual(changed.data.locations, [house])
    const late = await admin.call("PUT", path, { body, headers: { "if-match": etag } })
    assert.strictEqual(late.status, 412)
    assert.strictEqual((await admin.call("DELETE", path, { headers: { "if-match": etag } })).status, 412)
    const nowhere = await admin.call("PUT", path, { body: { role: "user", locations: ["nowhere"] } })
    assert.deepStrictEqual([nowhere.status, nowhere.details[0]?.field], [400, "locations"])
    for (const extra of [{ tenantId: "other" }, { email: "x@example.com" }, { scopes: ["administer"] }]) {
      assert.strictEqual((await admin.call("PUT", path, { body: { ...body, ...extra } })).status, 400)
    }
    const { data } = await admin.call<ReadonlyArray<{ before: object; after: object }>>(
      "GET",
      `/v1/audit-logs?action=member.change&subject=${encodeURIComponent(`user ${userId}`)}`
    )
    assert.deepStrictEqual(
      data.map(({ after, before }) => [before, after]),
      [
        [
          { role: "user", locations: [], isDisabled: false },
          { role: "facility_manager", locations: [house], isDisabled: false }
        ]
      ]
    )
  })

  it("are out within a second of being disabled, in this tenant alone, and sign in anew later", async () => {
    const { call, userId } = await addHand(server, tenantId, "user")
    const other = await addHand(server, await addTenant(server), "admin")
    await other.call("POST", "/v1/users", { body: invitation({ email: `${userId}@example.com` }) })
    const elsewhere = await other.call<ReadonlyArray<User>>("GET", "/v1/users")
    assert.include(
      elsewhere.data.map(({ id }) => id),
      userId
    )
    assert.strictEqual((await call("GET", "/v1/locations")).status, 200)
    const disabled = await admin.call<User>("PUT", `/v1/users/${userId}`, {
      body: { role: "user", locations: [], isDisabled: true }
    })
    assert.strictEqual(disabled.data.status, "disabled")
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.strictEqual((await call("GET", "/v1/locations")).status, 401)
    const there = await other.call<User>("GET", `/v1/users/${userId}`)
    assert.strictEqual(there.data.status, "active")
    await admin.call("PUT", `/v1/users/${userId}`, { body: { role: "user", locations: [] } })
    assert.strictEqual((await call("GET", "/v1/locations")).status, 401)
  })

  it("are taken out with their sessions and keys, and come back without them", async () => {
    const { call, userId } = await addHand(server, tenantId, "user")
    const key = await call<{ secret: string }>("POST", "/v1/api-keys", {
      body: { name: "mine", scopes: ["read"] }
    })
    const { secret } = key.data
    assert.strictEqual((await server.call("GET", "/v1/locations", { key: secret })).status, 200)
    assert.strictEqual((await admin.call("DELETE", `/v1/users/${userId}`)).status, 200)
    assert.strictEqual((await admin.call("GET", `/v1/users/${userId}`)).status, 404)
    const body = invitation({ email: `${userId}@example.com` })
    const back = await admin.call<{ user: User }>("POST", "/v1/users", { body })
    assert.deepStrictEqual([back.status, back.data.user.id], [201, userId])
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.strictEqual((await server.call("GET", "/v1/locations", { key: secret })).status, 401)
    assert.strictEqual((await call("GET", "/v1/locations")).status, 401)
  })

  it("have sessions of which this tenant knows its own", async () => {
    const { call, userId } = await addHand(server, tenantId, "user")
    const foreign = await addTenant(server)
    const other = await addHand(server, foreign, "admin")
    await other.call("POST", "/v1/users", { body: invitation({ email: `${userId}@example.com` }) })
    const token = await signIn(server, foreign, userId)
    const path = `/v1/users/${userId}/sessions`
    const shown = await admin.call<ReadonlyArray<{ tenantId: string; isThis: boolean }>>("GET", path)
    assert.deepStrictEqual(
      shown.data.map(({ isThis, tenantId }) => [tenantId, isThis]),
      [[tenantId, false]]
    )
    const ended = await admin.call<{ ended: number }>("DELETE", path)
    assert.strictEqual(ended.data.ended, 1)
    assert.deepStrictEqual((await admin.call<ReadonlyArray<unknown>>("GET", path)).data, [])
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.strictEqual((await call("GET", "/v1/locations")).status, 401)
    assert.strictEqual((await server.call("GET", "/v1/locations", { key: token })).status, 200)
    assert.include(await actions(), "session.end")
  })
})

describe("an invitation", () => {
  beforeAll(startOver)

  it("makes a member who comes in later, is sent again, and shows nobody its secret", async () => {
    const first = await admin.call<{ user: User; isMailed: boolean }>("POST", "/v1/users", {
      body: invitation()
    })
    assert.strictEqual(first.status, 201, first.text)
    assert.deepInclude(first.data.user, { email: "grace@example.com", name: "Grace", status: "invited" })
    assert.isTrue(first.data.isMailed)
    assert.notMatch(first.text, /wk_/)
    const again = await admin.call<{ user: User }>("POST", "/v1/users", {
      body: invitation({ email: " GRACE@example.com", role: "admin" })
    })
    assert.deepStrictEqual([again.status, again.data.user], [201, first.data.user])
    const member = invitation({ email: admin.email })
    assert.strictEqual((await admin.call("POST", "/v1/users", { body: member })).status, 409)
    assert.include(await actions(), "member.invite")
  })

  it("names the field that is wrong, and takes nothing it does not know", async () => {
    for (const [over, field] of [
      [{ email: "nobody" }, "email"],
      [{ role: "owner" }, "role"],
      [{ name: "" }, "name"],
      [{ locations: ["nowhere"] }, "locations"],
      [{ tenantId: "other" }, "tenantId"],
      [{ status: "active" }, "status"]
    ] as const) {
      const { details, status } = await admin.call("POST", "/v1/users", {
        body: invitation({ email: "new@example.com", ...over })
      })
      assert.deepStrictEqual([status, details[0]?.field], [400, field])
    }
  })

  it("into a second tenant leaves the person theirs: name, address and what they are elsewhere", async () => {
    const other = await addHand(server, await addTenant(server), "admin")
    const body = invitation({ email: admin.email, name: "Somebody", role: "user" })
    const { data, status } = await other.call<{ user: User }>("POST", "/v1/users", { body })
    assert.strictEqual(status, 201)
    assert.deepInclude(data.user, { id: admin.userId, name: admin.userId, role: "user", status: "active" })
    assert.strictEqual((await other.call("DELETE", `/v1/users/${admin.userId}`)).status, 200)
    const still = await admin.call<User>("GET", `/v1/users/${admin.userId}`)
    assert.deepInclude(still.data, { role: "admin", status: "active", disabledAt: null })
  })

  it("lets somebody choose a password and come in, also the older one of another tenant", async () => {
    const otherId = await addTenant(server)
    const other = await addHand(server, otherId, "admin")
    const email = "joan@example.com"
    const linkFrom = (tenant: TenantId) =>
      server.run(
        Effect.gen(function* () {
          const members = yield* Members
          const scopes = ["read", "ingest", "correct", "manage", "administer"] as const
          const by = programOf(tenant, ApiKeyId.make("k"), scopes)
          const draft = { email, name: "Joan", role: "user", locations: [] } as const
          return Redacted.value((yield* members.inviteByHand(by, draft)).link!)
        })
      )
    const [older] = [await linkFrom(tenantId), await linkFrom(otherId)]
    const secret = /#accept-invitation=(.+)$/.exec(older)?.[1]
    const accept = { key: null, body: { secret, password: "Correct-Horse-7" } }
    const accepted = await server.call("POST", "/v1/auth/accept-invitation", accept)
    assert.strictEqual(accepted.status, 200, accepted.text)
    assert.strictEqual((await server.call("POST", "/v1/auth/accept-invitation", accept)).status, 400)
    for (const tenant of [tenantId, otherId]) {
      const body = { email, password: "Correct-Horse-7", tenantId: tenant }
      assert.strictEqual((await server.call("POST", "/v1/auth/login", { key: null, body })).status, 200)
    }
    for (const hand of [admin, other]) {
      const { data } = await hand.call<ReadonlyArray<User>>("GET", "/v1/users")
      assert.strictEqual(data.find((user) => user.email === email)?.status, "active")
    }
  })

  it("is sent to so many strangers in an hour and to no more", async () => {
    const busy = await addHand(server, await addTenant(server), "admin")
    const statuses: Array<number> = []
    for (let i = 0; i < 61; i++) {
      const body = invitation({ email: `stranger-${i}@example.com` })
      statuses.push((await busy.call("POST", "/v1/users", { body })).status)
    }
    assert.deepStrictEqual(new Set(statuses.slice(0, 60)), new Set([201]))
    assert.strictEqual(statuses[60], 429)
  })
})

describe("the last administrator", () => {
  beforeAll(startOver)

  const lower = (hand: Hand, userId: string) =>
    hand.call("PUT", `/v1/users/${userId}`, { body: { role: "user", locations: [] } })

  it("cannot be lowered, kept out or taken out, not even by themselves", async () => {
    const path = `/v1/users/${admin.userId}`
    // Somebody who has not come in yet administers nothing.
    await admin.call("POST", "/v1/users", { body: invitation({ email: "late@example.com", role: "admin" }) })
    assert.strictEqual((await lower(admin, admin.userId)).status, 409)
    const out = { body: { role: "admin", locations: [], isDisabled: true } }
    assert.strictEqual((await admin.call("PUT", path, out)).status, 409)
    assert.strictEqual((await admin.call("DELETE", path)).status, 409)
    assert.strictEqual((await admin.call("GET", "/v1/users")).status, 200)
  })

  it("is left when two lower each other at the same moment, every time", async () => {
    for (let round = 0; round < 30; round++) {
      const tenant = await addTenant(server)
      const [one, two] = [await addHand(server, tenant, "admin"), await addHand(server, tenant, "admin")]
      // Both are known by now, so that neither is looked up anew in between.
      for (const hand of [one, two]) assert.strictEqual((await hand.call("GET", "/v1/users")).status, 200)
      const answers = await Promise.all([lower(one, two.userId), lower(two, one.userId)])
      const statuses = answers.map(({ status }) => status).sort()
      assert.include([200], statuses[0], JSON.stringify(statuses))
      assert.notStrictEqual(statuses[1], 200)
      const users = await server.run(
        UserStore.use((store) => Effect.map(store.list(tenant, { limit: 9 }), (all) => all.length))
      )
      assert.strictEqual(users, 2)
    }
  })
})

describe("the statistics of members", () => {
  beforeAll(startOver)

  it("count roles, those who are kept out or invited, and those who came", async () => {
    const out = await addHand(server, tenantId, "user")
    await addHand(server, tenantId, "facility_manager")
    await admin.call("POST", "/v1/users", { body: invitation({ email: "stat@example.com" }) })
    await admin.call("PUT", `/v1/users/${out.userId}`, {
      body: { role: "user", locations: [], isDisabled: true }
    })
    const { data } = await admin.call("GET", "/v1/users/statistics")
    assert.deepStrictEqual(data, {
      members: 4,
      byRole: { user: 2, facility_manager: 1, admin: 1 },
      invited: 1,
      disabled: 1,
      signedInWithin7Days: 2,
      signedInWithin30Days: 2
    })
  })
})

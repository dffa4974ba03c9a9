import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { addHand, addTenant } from "../members/crew.ts"

let server: TestServer
beforeAll(async () => {
  server = await startServer(layerMemory)
})
afterAll(() => server.close())

const path = "/v1/users/me/consents"
const terms = { subject: "terms", version: "2026-06", isGiven: true }

type Said = ReadonlyArray<typeof terms & { readonly at: string }>

describe("consents", () => {
  it("are said by the person, kept one after the other, and shown to nobody else", async () => {
    const tenantId = await addTenant(server)
    const ada = await addHand(server, tenantId, "user")
    const eve = await addHand(server, tenantId, "admin")
    const analytics = { ...terms, subject: "analytics" }
    for (const body of [terms, analytics, { ...analytics, isGiven: false }]) {
      const { data, status } = await ada.call<Said[number]>("POST", path, { body })
      assert.strictEqual(status, 200)
      assert.match(data.at, /Z$/)
      assert.deepInclude(data, body)
    }
    const listed = await ada.call<Said>("GET", path)
    assert.deepStrictEqual(
      listed.data.map(({ isGiven, subject }) => [subject, isGiven]),
      [
        ["analytics", false],
        ["analytics", true],
        ["terms", true]
      ]
    )
    assert.lengthOf((await ada.call<Said>("GET", `${path}?subject=terms`)).data, 1)
    assert.lengthOf((await ada.call<Said>("GET", `${path}?limit=2`)).data, 2)
    assert.lengthOf((await eve.call<Said>("GET", path)).data, 0)
    const log = await eve.call<ReadonlyArray<{ action: string; by: string }>>("GET", "/v1/audit-logs")
    const told = log.data.filter(({ by }) => by === `user ${ada.userId}`).map(({ action }) => action)
    assert.deepStrictEqual(told.toReversed(), ["consent.give", "consent.give", "consent.withdraw"])
  })

  it("are asked of no key, and take nothing besides", async () => {
    assert.strictEqual((await server.call("GET", path)).status, 403)
    assert.strictEqual((await server.call("POST", path, { body: terms })).status, 403)
    const ada = await addHand(server, await addTenant(server), "user")
    const own = await ada.call<{ secret: string }>("POST", "/v1/api-keys", {
      body: { name: "probe", scopes: ["read"] }
    })
    const key = own.data.secret
    assert.strictEqual((await ada.call("POST", path, { body: terms, key })).status, 403)
    assert.strictEqual((await ada.call("GET", "/v1/users/me/export", { key })).status, 403)
    const bad = [
      { ...terms, userId: "other" },
      { ...terms, at: "2020-01-01T00:00:00Z" },
      { ...terms, subject: "" },
      { ...terms, version: "x".repeat(65) },
      { ...terms, isGiven: "yes" }
    ]
    for (const body of bad) assert.strictEqual((await ada.call("POST", path, { body })).status, 400)
    assert.lengthOf((await ada.call<Said>("GET", path)).data, 0)
  })
})

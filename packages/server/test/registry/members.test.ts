import { DeviceId, type LocationId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { entriesOf, house, join, place, register, tariff, tenantId } from "./things.fixture.ts"

describe("who a location is given to", () => {
  let server: TestServer
  let root: string

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await place(server, "mine")
    await place(server, "theirs")
    for (const id of ["ada", "bob"]) await join(server, id)
    root = await keyWith(["read", "manage", "administer"], null)
  })

  afterAll(() => server.close())

  const keyWith = (
    scopes: readonly ["read", ...ReadonlyArray<"ingest" | "manage" | "administer">],
    locations: ReadonlyArray<string> | null
  ): Promise<string> =>
    server.run(
      Credentials.use((credentials) =>
        credentials.issue({
          tenantId,
          name: "Key",
          scopes,
          deviceId: null,
          locations: locations as ReadonlyArray<LocationId> | null
        })
      ).pipe(Effect.map(Redacted.value))
    )

  const set = (
    id: string,
    members: ReadonlyArray<string>,
    headers: Record<string, string> = {},
    key = root
  ) =>
    server.call<ReadonlyArray<unknown>>("PUT", `/v1/locations/${id}/members`, {
      key,
      body: { members },
      headers
    })

  it("is a list that is set as a whole, and each member is written down", async () => {
    const shown = (userId: string) => ({ userId, name: userId, role: "user" })
    assert.deepStrictEqual((await set("mine", ["bob", "ada", "bob"])).data, [shown("ada"), shown("bob")])
    await set("theirs", ["bob"])
    assert.deepStrictEqual((await set("mine", ["ada"])).data, [shown("ada")])
    assert.deepStrictEqual((await server.call("GET", "/v1/locations/mine/members")).data, [
      shown("ada")
    ] as never)
    const entries = await entriesOf(server, "member.change", "user bob")
    assert.deepStrictEqual(
      entries.map(({ after, before }) => [before, after]),
      [
        [{ locations: ["mine", "theirs"] }, { locations: ["theirs"] }],
        [{ locations: ["mine"] }, { locations: ["mine", "theirs"] }],
        [{ locations: [] }, { locations: ["mine"] }]
      ]
    )
    await set("mine", ["ada"])
    assert.strictEqual((await entriesOf(server, "member.change")).length, 4)
  })

  it("is nobody who is no member, and then nothing is changed", async () => {
    const refused = await set("mine", ["bob", "eve"])
    assert.deepStrictEqual(
      [refused.status, refused.details],
      [400, [{ field: "members[1]", reason: "eve is not a member of this tenant" }]]
    )
    const { data } = await server.call<ReadonlyArray<{ userId: string }>>("GET", "/v1/locations/mine/members")
    assert.deepStrictEqual(
      data.map(({ userId }) => userId),
      ["ada"]
    )
  })

  it("is set for the tag that reading it answers", async () => {
    const { headers } = await server.call("GET", "/v1/locations/theirs/members")
    const tag = { "if-match": headers.get("etag") ?? "" }
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => set("theirs", i % 2 === 0 ? ["ada"] : [], tag))
    )
    assert.strictEqual(answers.filter(({ status }) => status === 200).length, 1)
    assert.strictEqual(answers.filter(({ status }) => status === 412).length, 19)
  })

  it("is set by nobody who may not administer", async () => {
    const key = await keyWith(["read", "manage"], null)
    assert.strictEqual((await set("mine", [], {}, key)).status, 403)
  })

  it("is set by no device, whatever its credential allows", async () => {
    await place(server, "shed")
    await set("shed", ["ada"])
    const own = await register(server, "shed", "gauge")
    const draft = { tenantId, name: "Gauge", deviceId: DeviceId.make("gauge") }
    const scopes = ["read", "manage", "administer"] as const
    const issued = await server.run(Credentials.use((one) => one.issue({ ...draft, scopes })))
    for (const key of [own, Redacted.value(issued)]) {
      for (const id of ["shed", "mine", "nowhere"]) {
        assert.deepStrictEqual([(await set(id, ["bob"], {}, key)).status, id], [403, id])
      }
    }
    assert.lengthOf((await server.call<ReadonlyArray<unknown>>("GET", "/v1/locations/shed/members")).data, 1)
  })

  it("decides what of the registry there is", async () => {
    const { call } = server
    await register(server, "mine", "m")
    await register(server, "theirs", "t")
    const key = await keyWith(["read", "manage", "administer"], ["mine"])
    const { data } = await call<ReadonlyArray<{ id: string }>>("GET", "/v1/locations?sort=-name", { key })
    assert.deepStrictEqual(
      data.map(({ id }) => id),
      ["mine"]
    )
    const device = { name: "x", role: "load", kind: "plug", parentId: null }
    for (const [method, path, body] of [
      ["GET", "/v1/locations/theirs", undefined],
      ["PUT", "/v1/locations/theirs", house],
      ["DELETE", "/v1/locations/theirs", undefined],
      ["GET", "/v1/locations/theirs/members", undefined],
      ["PUT", "/v1/locations/theirs/members", { members: [] }],
      ["GET", "/v1/locations/theirs/devices", undefined],
      ["GET", "/v1/locations/theirs/devices/tree", undefined],
      ["POST", "/v1/locations/theirs/devices", device],
      ["GET", "/v1/locations/theirs/tariffs", undefined],
      ["PUT", "/v1/locations/theirs/tariffs", { assignments: [] }],
      ["GET", "/v1/devices/t", undefined],
      ["PUT", "/v1/devices/t", device],
      ["DELETE", "/v1/devices/t", undefined],
      ["GET", "/v1/devices/t/credentials", undefined],
      ["POST", "/v1/devices/t/credentials/rotate", {}],
      ["GET", "/v1/devices/t/status-history", undefined]
    ] as const) {
      assert.strictEqual((await call(method, path, { key, body })).status, 404, `${method} ${path}`)
    }
    assert.strictEqual((await call("POST", "/v1/locations", { key, body: house })).status, 403)
    assert.strictEqual((await call("PUT", "/v1/devices/m", { key, body: device })).status, 200)
    await call("POST", "/v1/tariffs", { body: { id: "there", definition: tariff() } })
    const assignments = [{ direction: "import", from: "2026-01-01", tariffId: "there" }]
    await call("PUT", "/v1/locations/theirs/tariffs", { body: { assignments } })
    const other = { definition: { ...tariff(), name: "Other" } }
    assert.strictEqual((await call("PUT", "/v1/tariffs/there", { key, body: other })).status, 403)
    assert.strictEqual((await call("DELETE", "/v1/tariffs/there", { key })).status, 403)
    assert.strictEqual((await call("PUT", "/v1/tariffs/there", { body: other })).status, 200)
  })
})

import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { entriesOf, place, plug, register, thingOf } from "./things.fixture.ts"

const reading = { at: "2026-11-01T10:00:00Z", powerW: 5 }

describe("devices over HTTP", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await place(server, "house")
  })

  afterAll(() => server.close())

  const send = (id: string, key: string, at = reading.at) =>
    server.call("POST", `/v1/devices/${id}/energy/readings`, { key, body: { ...reading, at } })

  it("are changed as a whole and stay where they are", async () => {
    const { call } = server
    await place(server, "other")
    await register(server, "house", "m1")
    const body = { name: "Heat pump", role: "load", kind: "heat_pump", parentId: null }
    const changed = await call("PUT", "/v1/devices/m1", { body: { ...body, locationId: "house" } })
    const { createdAt: _, ...data } = changed.data
    assert.deepStrictEqual(data, { id: "m1", locationId: "house", ...body })
    assert.strictEqual(thingOf((await call("GET", "/v1/devices/m1")).text), thingOf(changed.text))
    const away = await call("PUT", "/v1/devices/m1", { body: { ...body, locationId: "other" } })
    assert.strictEqual(away.status, 400)
    assert.deepStrictEqual(
      away.details.map(({ field }) => field),
      ["locationId"]
    )
    assert.match(away.details[0]?.reason ?? "", /register it anew at other/)
    const [entry] = await entriesOf(server, "device.update")
    assert.deepInclude(entry, { subject: "device m1", before: plug, after: body })
  })

  it("take nothing of a body that is not theirs to take", async () => {
    const { call } = server
    await register(server, "house", "m2")
    const before = thingOf((await call("GET", "/v1/devices/m2")).text)
    for (const [field, value] of Object.entries({
      tenantId: "other",
      id: "other",
      createdAt: "2020-01-01T00:00:00Z",
      removedAt: null,
      price: 0
    })) {
      const answer = await call("PUT", "/v1/devices/m2", { body: { ...plug, [field]: value } })
      assert.deepStrictEqual(
        [answer.status, answer.details],
        [400, [{ field, reason: "is not a known field" }]]
      )
      const made = await call("POST", "/v1/locations/house/devices", { body: { ...plug, [field]: value } })
      assert.strictEqual(made.status, field === "id" ? 201 : 400, field)
    }
    assert.strictEqual(thingOf((await call("GET", "/v1/devices/m2")).text), before)
  })

  it("are a tree at their location, without any that is in itself", async () => {
    const { call } = server
    await place(server, "tree")
    await register(server, "tree", "a")
    await register(server, "tree", "b", "a")
    await register(server, "tree", "c", "b")
    await register(server, "tree", "z", "a")
    await register(server, "tree", "n")
    const move = (id: string, parentId: string | null) =>
      call("PUT", `/v1/devices/${id}`, { body: { ...plug, parentId } })
    const tree = async () =>
      (
        await call<ReadonlyArray<{ id: string; depth: number }>>("GET", "/v1/locations/tree/devices/tree")
      ).data.map(({ depth, id }) => "  ".repeat(depth) + id)
    assert.deepStrictEqual(await tree(), ["a", "  b", "    c", "  z", "n"])
    for (const [id, parentId, reason] of [
      ["a", "c", "c is inside of this device"],
      ["a", "a", "a is the device itself"],
      ["a", "m1", "there is no device m1 at this location"],
      ["a", "nobody", "there is no device nobody at this location"]
    ] as const) {
      const refused = await move(id, parentId)
      assert.deepStrictEqual([refused.status, refused.details], [400, [{ field: "parentId", reason }]])
    }
    const orphan = await call("POST", "/v1/locations/tree/devices", { body: { ...plug, parentId: "nobody" } })
    assert.deepStrictEqual([orphan.status, orphan.details[0]?.field], [400, "parentId"])
    assert.strictEqual((await move("b", "n")).status, 200)
    assert.deepStrictEqual(await tree(), ["a", "  z", "n", "  b", "    c"])
  })

  it("are removed with their credentials and bindings, after those that are inside of them", async () => {
    const { call } = server
    const key = await register(server, "house", "p")
    await register(server, "house", "q", "p")
    await call("PUT", "/v1/bindings", { body: { format: "tasmota", subject: "p", deviceId: "p" } })
    await call("PUT", "/v1/bindings", { body: { format: "tasmota", subject: "q", deviceId: "q" } })
    assert.strictEqual((await send("p", key)).status, 200)
    const used = await call("DELETE", "/v1/devices/p")
    assert.deepStrictEqual([used.status, used.code], [409, "CONFLICT"])
    assert.match(used.text, /the device q is inside of it/)
    assert.strictEqual((await call("DELETE", "/v1/devices/q")).status, 200)
    assert.deepStrictEqual((await call("DELETE", "/v1/devices/p")).data, { id: "p" })
    for (const [method, path] of [
      ["GET", "/v1/devices/p"],
      ["DELETE", "/v1/devices/p"],
      ["GET", "/v1/devices/p/credentials"],
      ["GET", "/v1/devices/p/energy/readings"],
      ["GET", "/v1/devices/p/status-history"]
    ] as const) {
      assert.strictEqual((await call(method, path)).status, 404, `${method} ${path}`)
    }
    assert.deepStrictEqual((await call("GET", "/v1/bindings")).data, [] as never)
    await assertSoon(async () => (await send("p", key, "2026-11-01T11:00:00Z")).status === 401)
    const list = await call<ReadonlyArray<{ id: string }>>("GET", "/v1/locations/house/devices")
    assert.notInclude(
      list.data.map(({ id }) => id),
      "p"
    )
    const inside = await call("POST", "/v1/locations/house/devices", { body: { ...plug, parentId: "p" } })
    assert.strictEqual(inside.status, 400)
    assert.strictEqual((await entriesOf(server, "device.remove", "device p")).length, 1)
  })

  it("get a new credential, and the old one works no more or for a while", async () => {
    const { call } = server
    const old = await register(server, "house", "r")
    const rotate = (overlapMinutes?: number) =>
      call<{ credential: string; oldUntil: string }>("POST", "/v1/devices/r/credentials/rotate", {
        body: overlapMinutes === undefined ? {} : { overlapMinutes }
      })
    const gentle = await rotate(30)
    assert.strictEqual(gentle.status, 201)
    assert.closeTo(Date.parse(gentle.data.oldUntil), Date.now() + 30 * 60_000, 60_000)
    assert.strictEqual((await send("r", gentle.data.credential, "2026-11-01T10:01:00Z")).status, 200)
    // What a server believes it believes for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    assert.strictEqual((await send("r", old, "2026-11-01T10:02:00Z")).status, 200)
    const hard = await rotate()
    for (const key of [old, gentle.data.credential]) {
      await assertSoon(async () => (await send("r", key, "2026-11-01T10:03:00Z")).status === 401)
    }
    assert.strictEqual((await send("r", hard.data.credential, "2026-11-01T10:04:00Z")).status, 200)
    const { data } = await call<ReadonlyArray<Record<string, unknown>>>("GET", "/v1/devices/r/credentials")
    assert.strictEqual(data.length, 3)
    assert.strictEqual(data.filter(({ revokedAt }) => revokedAt === null).length, 1)
    assert.deepStrictEqual(Object.keys(data[0] ?? {}), [
      "id",
      "prefix",
      "createdAt",
      "lastUsedAt",
      "revokedAt"
    ])
    assert.isTrue(
      data.every(({ prefix }) => hard.data.credential.startsWith("wk_live_") && `${prefix}`.length === 12)
    )
    assert.strictEqual((await rotate(1441)).status, 400)
    const entries = await entriesOf(server, "device.rotate", "device r")
    assert.strictEqual(entries.length, 2)
    for (const secret of [old, gentle.data.credential, hard.data.credential]) {
      assert.notInclude(JSON.stringify(entries), secret)
    }
  })

  it("show their credentials to nobody who may not manage", async () => {
    const key = await register(server, "house", "own")
    for (const [method, path, body] of [
      ["GET", "/v1/devices/own/credentials", undefined],
      ["POST", "/v1/devices/own/credentials/rotate", {}],
      ["PUT", "/v1/devices/own", plug],
      ["DELETE", "/v1/devices/own", undefined],
      ["PUT", "/v1/locations/house", { name: "x", kind: "house", zone: "Europe/Berlin", currency: "EUR" }],
      ["DELETE", "/v1/locations/house", undefined],
      ["GET", "/v1/locations/house/members", undefined]
    ] as const) {
      const { status } = await server.call(method, path, { key, body })
      assert.strictEqual(status, 403, `${method} ${path}`)
    }
    const { data } = await server.call<ReadonlyArray<{ id: string }>>("GET", "/v1/locations/house/devices", {
      key
    })
    assert.deepStrictEqual(
      data.map(({ id }) => id),
      ["own"]
    )
  })

  it("are listed by kind, role, name and in order", async () => {
    const { call } = server
    await place(server, "list")
    for (const [id, name, role, kind] of [
      ["d1", "Roof", "generation", "inverter"],
      ["d2", "Garage", "load", "charger"],
      ["d3", "Attic", "load", "plug"]
    ]) {
      await call("POST", "/v1/locations/list/devices", { body: { id, name, role, kind } })
    }
    const ids = async (query: string) =>
      (await call<ReadonlyArray<{ id: string }>>("GET", `/v1/locations/list/devices?${query}`)).data.map(
        ({ id }) => id
      )
    assert.deepStrictEqual(await ids("sort=name"), ["d3", "d2", "d1"])
    assert.deepStrictEqual(await ids("sort=-id&role=load"), ["d3", "d2"])
    assert.deepStrictEqual(await ids("kind=inverter"), ["d1"])
    assert.deepStrictEqual(await ids("name=ra"), ["d2"])
    assert.deepStrictEqual(await ids("limit=2"), ["d1", "d2"])
  })
})

/** A revoked credential works for a second at most. */
const assertSoon = async (isSo: () => Promise<boolean>): Promise<void> => {
  const until = Date.now() + 2_000
  while (!(await isSo())) {
    if (Date.now() > until) assert.fail("it never came")
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

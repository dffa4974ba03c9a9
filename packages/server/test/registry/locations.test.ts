import { assert, afterAll, beforeAll, describe, it } from "vitest"
import { LocationId, LocationStore, TenantId } from "@wattkit/core"
import { Effect } from "effect"
import { defaultTenant } from "../../src/FirstStart.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { entriesOf, house, place } from "./things.fixture.ts"

describe("locations over HTTP", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
  })

  afterAll(() => server.close())

  it("are changed as a whole: what is left out, they have no more", async () => {
    const { call } = server
    const first = { ...house, address: "Lane 1", areaM2: 120, occupants: 4 }
    await call("POST", "/v1/locations", { body: { id: "whole", ...first } })
    const changed = await call("PUT", "/v1/locations/whole", {
      body: { ...house, name: "Other", occupants: 5 }
    })
    assert.strictEqual(changed.status, 200)
    const { createdAt, ...data } = (await call("GET", "/v1/locations/whole")).data
    assert.deepStrictEqual(data, { id: "whole", ...house, name: "Other", occupants: 5 })
    assert.deepStrictEqual(changed.data, { ...data, createdAt })
    const [entry] = await entriesOf(server, "location.update")
    assert.deepInclude(entry, {
      subject: "location whole",
      before: { ...first, address: "[personal]" },
      after: { ...house, name: "Other", occupants: 5 }
    })
  })

  it("change their zone from a day on, once however often it is said", async () => {
    const { call } = server
    await place(server, "moved")
    const move = (zone: string, zoneFrom?: string) =>
      call("PUT", "/v1/locations/moved", { body: { ...house, zone, ...(zoneFrom && { zoneFrom }) } })
    const said = await move("Europe/Lisbon", "2026-03-01")
    assert.strictEqual(said.data["zone"], "Europe/Lisbon")
    await move("Europe/Lisbon", "2026-03-01")
    await move("Europe/Lisbon")
    assert.deepStrictEqual(await zonesOf("moved"), ["Europe/Berlin 1970-01-01", "Europe/Lisbon 2026-03-01"])
    await move("Europe/Lisbon", "2026-02-01")
    assert.deepStrictEqual(await zonesOf("moved"), ["Europe/Berlin 1970-01-01", "Europe/Lisbon 2026-02-01"])
    const future = await move("Europe/Berlin", "2999-01-01")
    assert.deepStrictEqual([future.status, future.details[0]?.field], [400, "zoneFrom"])
    assert.strictEqual((await entriesOf(server, "location.update", "location moved")).length, 2)
  })

  const zonesOf = (id: string) =>
    server.run(
      LocationStore.use((store) => store.zones(TenantId.make(defaultTenant), LocationId.make(id))).pipe(
        Effect.map((history) => history.map(({ from, zone }) => `${zone} ${from}`))
      )
    )

  it("are removed when they have no devices, and are then not there", async () => {
    const { call } = server
    await place(server, "gone")
    await call("POST", "/v1/locations/gone/devices", {
      body: { id: "g1", name: "G", role: "load", kind: "plug" }
    })
    const used = await call("DELETE", "/v1/locations/gone")
    assert.deepStrictEqual([used.status, used.code], [409, "CONFLICT"])
    await call("DELETE", "/v1/devices/g1")
    assert.strictEqual((await call("DELETE", "/v1/locations/gone")).status, 200)
    for (const [method, path] of [
      ["GET", "/v1/locations/gone"],
      ["DELETE", "/v1/locations/gone"],
      ["GET", "/v1/locations/gone/devices"],
      ["GET", "/v1/locations/gone/devices/tree"],
      ["GET", "/v1/locations/gone/members"],
      ["GET", "/v1/locations/gone/tariffs"]
    ] as const) {
      assert.strictEqual((await call(method, path)).status, 404, `${method} ${path}`)
    }
    const again = await call("PUT", "/v1/locations/gone", { body: house })
    assert.strictEqual(again.status, 404)
    const list = await call<ReadonlyArray<{ id: string }>>("GET", "/v1/locations?limit=500")
    assert.notInclude(
      list.data.map(({ id }) => id),
      "gone"
    )
    assert.strictEqual((await call("POST", "/v1/locations", { body: { id: "gone", ...house } })).status, 409)
  })

  it("take nothing of a body that is not theirs to take", async () => {
    const { call } = server
    await place(server, "fast")
    const before = (await call("GET", "/v1/locations/fast")).text.split(',"meta"')[0]
    for (const [field, value] of Object.entries({
      tenantId: "other",
      id: "other",
      createdAt: "2020-01-01T00:00:00Z",
      removedAt: 1,
      price: 0
    })) {
      const answer = await call("PUT", "/v1/locations/fast", { body: { ...house, [field]: value } })
      assert.deepStrictEqual(
        [answer.status, answer.details],
        [400, [{ field, reason: "is not a known field" }]]
      )
    }
    assert.strictEqual((await call("GET", "/v1/locations/fast")).text.split(',"meta"')[0], before)
    const missing = await call("PUT", "/v1/locations/fast", { body: { name: "x" } })
    assert.deepStrictEqual(
      missing.details.map(({ field }) => field),
      ["kind", "zone", "currency"]
    )
  })

  it("are listed in the order asked for, every one once, however small the pages", async () => {
    const { call } = server
    const names = ["Meter 10", "meter 9", "Äpfel", "Zebra", "zebra", "Birne", "Birne"]
    for (const [i, name] of names.entries()) {
      const body = { ...house, id: `s${(i * 3) % 7}`, name, kind: i % 2 === 0 ? "house" : "facility" }
      await call("POST", "/v1/locations", { body })
    }
    const all = (await call<Array<Listed>>("GET", "/v1/locations?limit=500")).data
    for (const sort of ["id", "-id", "name", "-name", "createdAt", "-createdAt"]) {
      const whole = (await call<Array<Listed>>("GET", `/v1/locations?limit=500&sort=${sort}`)).data
      assert.deepStrictEqual(sorted(whole), sorted(all), sort)
      const paged: Array<Listed> = []
      for (let cursor = ""; ;) {
        const page = await call<Array<Listed>>("GET", `/v1/locations?limit=2&sort=${sort}${cursor}`)
        paged.push(...page.data)
        if (page.meta.nextCursor === undefined) break
        cursor = `&cursor=${page.meta.nextCursor}`
      }
      assert.deepStrictEqual(paged, whole, sort)
    }
    const byName = (await call<Array<Listed>>("GET", "/v1/locations?sort=name&name=me")).data
    assert.deepStrictEqual(
      byName.map(({ name }) => name),
      ["meter 9", "Meter 10"]
    )
    const houses = (await call<Array<Listed>>("GET", "/v1/locations?kind=facility&name=BIRNE")).data
    assert.deepStrictEqual(
      houses.map(({ kind, name }) => [kind, name]),
      [["facility", "Birne"]]
    )
  })

  it("refuse an order and a cursor that mean nothing", async () => {
    const { call } = server
    assert.strictEqual((await call("GET", "/v1/locations?sort=kind")).status, 400)
    const page = await call("GET", "/v1/locations?limit=1&sort=name")
    const other = await call("GET", `/v1/locations?limit=1&sort=id&cursor=${page.meta.nextCursor}`)
    assert.deepStrictEqual([other.status, other.details[0]?.reason], [400, "is not a cursor"])
    const long = await call("POST", "/v1/locations", {
      body: { ...house, id: "0long", name: "𝕏".repeat(100) }
    })
    assert.strictEqual(long.status, 201)
    const first = await call<Array<Listed>>("GET", "/v1/locations?limit=1&sort=-name")
    const next = await call("GET", `/v1/locations?limit=1&sort=-name&cursor=${first.meta.nextCursor}`)
    assert.strictEqual(next.status, 200)
  })
})

interface Listed {
  readonly id: string
  readonly name: string
  readonly kind: string
}

const sorted = (entries: ReadonlyArray<Listed>) => entries.map(({ id }) => id).sort()

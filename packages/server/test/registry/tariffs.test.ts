import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { entriesOf, place, tariff, thingOf } from "./things.fixture.ts"

describe("tariffs over HTTP", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await place(server, "home")
  })

  afterAll(() => server.close())

  const make = async (id: string, definition: unknown = tariff()) => {
    const made = await server.call("POST", "/v1/tariffs", { body: { id, definition } })
    assert.strictEqual(made.status, 201, made.text)
    return made
  }

  const assign = (assignments: ReadonlyArray<readonly [string, string, string]>) =>
    server.call<ReadonlyArray<unknown>>("PUT", "/v1/locations/home/tariffs", {
      body: {
        assignments: assignments.map(([direction, from, tariffId]) => ({ direction, from, tariffId }))
      }
    })

  const update = (id: string, definition: unknown) =>
    server.call("PUT", `/v1/tariffs/${id}`, { body: { definition } })

  it("are kept as they were said, and listed without what they say", async () => {
    const { call } = server
    const made = await make("first")
    assert.deepStrictEqual(made.data["definition"], tariff())
    assert.strictEqual(thingOf((await call("GET", "/v1/tariffs/first")).text), thingOf(made.text))
    const nameless = await call<{ id: string }>("POST", "/v1/tariffs", { body: { definition: tariff() } })
    assert.match(nameless.data.id, /^tar_/)
    const { data } = await call<ReadonlyArray<Record<string, unknown>>>("GET", "/v1/tariffs")
    assert.deepStrictEqual(Object.keys(data[0] ?? {}), ["id", "name", "createdAt", "changedAt"])
    const page = await call("GET", "/v1/tariffs?limit=1")
    const rest = await call<ReadonlyArray<{ id: string }>>(
      "GET",
      `/v1/tariffs?cursor=${page.meta.nextCursor}`
    )
    assert.strictEqual(rest.data.length, data.length - 1)
    assert.strictEqual(
      (await call("POST", "/v1/tariffs", { body: { id: "first", definition: tariff() } })).status,
      409
    )
    assert.strictEqual((await entriesOf(server, "tariff.create", "tariff first")).length, 1)
  })

  it("say where and why a definition cannot be priced", async () => {
    const { call } = server
    const bad = { ...tariff(["2020-01-01", "0.3o"]), zone: "UTC" }
    const refused = await call("POST", "/v1/tariffs", { body: { definition: bad } })
    assert.deepStrictEqual([refused.status, refused.code], [422, "UNPROCESSABLE"])
    assert.deepInclude(refused.details, { field: "definition.zone", reason: "is not a known field" })
    const checked = await call("POST", "/v1/tariffs/check", { body: { definition: bad } })
    assert.deepInclude(checked.data, { isValid: false })
    const faults = checked.data["faults"] as ReadonlyArray<{ field: string }>
    assert.strictEqual(faults.length, refused.details.length)
    assert.include(
      faults.map(({ field }) => field),
      "versions[0].charges[0].price.price"
    )
    const good = await call("POST", "/v1/tariffs/check", { body: { definition: tariff() } })
    assert.deepStrictEqual(good.data, { isValid: true, faults: [] })
    const overlap = tariff(["2020-01-01", "0.30"], ["2020-01-01", "0.31"])
    const logic = await call("POST", "/v1/tariffs/check", { body: { definition: overlap } })
    assert.strictEqual(logic.data["isValid"], false)
    for (const [definition, reason] of [
      [{ ...tariff(), name: "" }, "must have 1 to 200 characters"],
      [{ ...tariff(), name: "a\u0000b" }, "must not hold control characters"]
    ] as const) {
      const { details, status } = await call("POST", "/v1/tariffs", { body: { definition } })
      assert.deepStrictEqual([status, details], [422, [{ field: "definition.name", reason }]])
    }
    for (const levels of [65, 5_000, 160_000]) {
      const body = `{"definition":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`
      const nested = await call("POST", "/v1/tariffs", { body })
      assert.deepStrictEqual(
        [nested.status, nested.details],
        [422, [{ field: "definition", reason: "is nested deeper than 64" }]],
        `${levels}`
      )
    }
    for (const definition of [null, [], "flat", 1]) {
      assert.strictEqual((await call("POST", "/v1/tariffs", { body: { definition } })).status, 400)
    }
    const spread = await call("POST", "/v1/tariffs", { body: { definition: tariff(), tenantId: "other" } })
    assert.deepStrictEqual(spread.details, [{ field: "tenantId", reason: "is not a known field" }])
  })

  it("are in force at a location from a day on, each direction for itself", async () => {
    const { call } = server
    await make("buy")
    await make("sell")
    const said = await assign([
      ["import", "2026-06-01", "sell"],
      ["export", "2026-01-01", "sell"],
      ["import", "2026-01-01", "buy"]
    ])
    assert.deepStrictEqual(said.data, [
      { direction: "export", from: "2026-01-01", tariffId: "sell" },
      { direction: "import", from: "2026-01-01", tariffId: "buy" },
      { direction: "import", from: "2026-06-01", tariffId: "sell" }
    ])
    assert.deepStrictEqual((await call("GET", "/v1/locations/home/tariffs")).data, said.data as never)
    for (const [assignments, field] of [
      [
        [
          ["import", "2026-01-01", "buy"],
          ["import", "2026-01-01", "sell"]
        ],
        "assignments[1].from"
      ],
      [
        [
          ["import", "2026-01-01", "buy"],
          ["import", "2026-02-01", "none"]
        ],
        "assignments[1].tariffId"
      ],
      [[["both", "2026-01-01", "buy"]], "assignments[0].direction"],
      [[["import", "2026-02-30", "buy"]], "assignments[0].from"]
    ] as ReadonlyArray<readonly [ReadonlyArray<readonly [string, string, string]>, string]>) {
      const refused = await assign(assignments)
      assert.deepStrictEqual([refused.status, refused.details[0]?.field], [400, field])
    }
    assert.deepStrictEqual((await call("GET", "/v1/locations/home/tariffs")).data, said.data as never)
    assert.strictEqual(
      (await call("PUT", "/v1/locations/nowhere/tariffs", { body: { assignments: [] } })).status,
      404
    )
    const [entry] = await entriesOf(server, "location.tariffs")
    assert.deepStrictEqual(entry?.after, said.data)
  })

  it("are not removed while they are in force somewhere, and go nowhere when they are removed", async () => {
    const { call } = server
    await make("going")
    await assign([["import", "2026-01-01", "going"]])
    const used = await call("DELETE", "/v1/tariffs/going")
    assert.deepStrictEqual([used.status, used.code], [409, "CONFLICT"])
    await assign([])
    assert.deepStrictEqual((await call("DELETE", "/v1/tariffs/going")).data, { id: "going" })
    for (const method of ["GET", "DELETE"]) {
      assert.strictEqual((await call(method, "/v1/tariffs/going")).status, 404)
    }
    assert.strictEqual((await update("going", tariff())).status, 404)
    assert.strictEqual((await assign([["import", "2026-01-01", "going"]])).status, 400)
  })

  it("change only days to come where they are in force", async () => {
    await make("live", tariff(["2020-01-01", "0.30"]))
    const dearer = tariff(["2020-01-01", "0.99"])
    assert.strictEqual((await update("live", dearer)).status, 200)
    await assign([["import", "2026-01-01", "live"]])
    const refused = await update("live", tariff(["2020-01-01", "0.30"]))
    assert.deepStrictEqual([refused.status, refused.code], [409, "CONFLICT"])
    assert.match(refused.text, /versions\[0\] would change days that were/)
    const ahead = tariff(["2020-01-01", "0.99"], ["2999-01-01", "0.10"])
    assert.strictEqual((await update("live", ahead)).status, 200)
    await assign([])
    assert.strictEqual((await update("live", tariff(["2020-01-01", "0.30"]))).status, 200)
  })
})

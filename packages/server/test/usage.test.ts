import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

interface Cell {
  readonly deviceId?: string
  readonly channel?: string
  readonly start: string
  readonly end: string
  readonly importedWh: number | null
  readonly exportedWh: number | null
  readonly coverage: number
  readonly quality: string
  readonly events: ReadonlyArray<string>
}

interface HeatMapCell extends Cell {
  readonly date: string
  readonly hour: number
}

interface Meta {
  readonly lagMs?: number
  readonly resolution?: string
}

const quarter = 15 * 60_000

describe.each([
  ["memory", () => startServer(layerMemory)],
  ["PostgreSQL", () => startServer()]
] as const)("usage over %s", (_, start) => {
  let server: TestServer

  beforeAll(async () => {
    server = await start()
    await place("berlin", "Europe/Berlin")
    await place("kolkata", "Asia/Kolkata")
    await device("berlin", "grid", "grid", null)
    await device("berlin", "sub", "load", "grid")
    await device("berlin", "plug", "load", "sub")
    await device("kolkata", "meter", "grid", null)
  })

  afterAll(() => server.close())

  const place = async (id: string, zone: string) => {
    const body = { id, name: id, kind: "house", zone, currency: "EUR" }
    assert.strictEqual((await server.call("POST", "/v1/locations", { body })).status, 201)
  }

  const device = async (location: string, id: string, role: string, parentId: string | null) => {
    const body = { id, name: id, role, kind: "sub_meter", parentId }
    assert.strictEqual((await server.call("POST", `/v1/locations/${location}/devices`, { body })).status, 201)
  }

  /** A register that rises by so much a quarter hour, read at every one of them. */
  const feed = async (id: string, from: string, to: string, whOf: (at: number) => number) => {
    const readings: Array<object> = []
    let importWh = 1_000
    for (let at = Date.parse(from); at <= Date.parse(to); at += quarter) {
      readings.push({ at: new Date(at).toISOString(), importWh })
      importWh += whOf(at)
    }
    const told = await server.call("POST", `/v1/devices/${id}/energy/readings`, { body: readings })
    assert.deepInclude(told.data, { accepted: readings.length, rejected: [] })
  }

  const get = async <C = Cell>(path: string) => {
    const found = await server.call<ReadonlyArray<C>>("GET", path)
    assert.strictEqual(found.status, 200, found.text)
    return found
  }

  const wh = (cells: ReadonlyArray<Cell>) => cells.map(({ importedWh }) => importedWh)

  it("knows days of 23, 24 and 25 hours, hour by hour", async () => {
    await feed("grid", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z", () => 250)
    await feed("grid", "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z", () => 250)
    const days = async (from: string, to: string) =>
      wh((await get(`/v1/devices/grid/energy/usage?resolution=1d&exact=true&from=${from}&to=${to}`)).data)
    assert.deepStrictEqual(await days("2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z"), [23_000, 24_000])
    assert.deepStrictEqual(await days("2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z"), [25_000, 24_000])

    const heat = async (from: string, to: string) =>
      (await get<HeatMapCell>(`/v1/locations/berlin/energy/heatmap?exact=true&from=${from}&to=${to}`)).data
    const spring = await heat("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")
    assert.strictEqual(spring.length, 23)
    assert.isFalse(spring.some(({ hour }) => hour === 2))
    const autumn = await heat("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
    assert.strictEqual(autumn.length, 25)
    assert.deepStrictEqual(
      autumn.filter(({ hour }) => hour === 2).map(({ importedWh, start }) => [start, importedWh]),
      [
        ["2026-10-25T00:00:00Z", 1_000],
        ["2026-10-25T01:00:00Z", 1_000]
      ]
    )
    assert.deepStrictEqual([...new Set(autumn.map(({ date }) => date))], ["2026-10-25"])
  })

  it("begins days and hours of half-hour zones where the wall clock does", async () => {
    const odd: Readonly<Record<string, number>> = {
      "2026-01-10T18:00:00.000Z": 750,
      "2026-01-10T18:15:00.000Z": 750,
      "2026-01-10T18:30:00.000Z": 50,
      "2026-01-10T18:45:00.000Z": 50
    }
    await feed(
      "meter",
      "2026-01-09T18:00:00Z",
      "2026-01-11T19:00:00Z",
      (at) => odd[new Date(at).toISOString()] ?? 250
    )
    const query = "exact=true&from=2026-01-09T18:30:00Z&to=2026-01-11T18:30:00Z"
    assert.deepStrictEqual(
      wh((await get(`/v1/devices/meter/energy/usage?resolution=1d&${query}`)).data),
      [25_000, 23_600]
    )
    const hours = (await get<HeatMapCell>(`/v1/locations/kolkata/energy/heatmap?${query}`)).data
    assert.strictEqual(hours.length, 48)
    assert.deepStrictEqual(
      hours.slice(22, 26).map(({ date, hour, importedWh }) => [date, hour, importedWh]),
      [
        ["2026-01-10", 22, 1_000],
        ["2026-01-10", 23, 2_000],
        ["2026-01-11", 0, 600],
        ["2026-01-11", 1, 1_000]
      ]
    )
  })

  it("adds days up to months, and pages through both alike", async () => {
    const query = "exact=true&from=2026-02-28T23:00:00Z&to=2026-10-31T23:00:00Z"
    const months = (await get(`/v1/devices/grid/energy/usage?resolution=1mo&${query}`)).data
    // Between the two stretches of readings the register rose a little; that is spread over the months
    // between.
    assert.deepStrictEqual(
      months.map(({ start }) => start),
      ["02-28T23", "03-31T22", "04-30T22", "05-31T22", "06-30T22", "07-31T22", "08-31T22", "09-30T22"].map(
        (text) => `2026-${text}:00:00Z`
      )
    )
    assert.deepStrictEqual(
      months.slice(0, -1).map(({ end }) => end),
      months.slice(1).map(({ start }) => start)
    )
    const days = (await get(`/v1/devices/grid/energy/usage?resolution=1d&limit=500&${query}`)).data
    const sum = (cells: ReadonlyArray<Cell>) =>
      cells.reduce((total, { importedWh }) => total + (importedWh ?? 0), 0)
    assert.strictEqual(sum(months).toFixed(3), sum(days).toFixed(3))
    assert.isAbove(sum(days), 144_000)
    const threeDays = "exact=true&from=2026-10-24T00:00:00Z&to=2026-10-27T00:00:00Z"
    for (const [resolution, time, limit] of [
      ["1mo", query, 1],
      ["1d", query, 7],
      ["1h", threeDays, 60]
    ]) {
      const path = `/v1/devices/grid/energy/usage?resolution=${resolution}&${time}`
      const all = (await get(`${path}&limit=500`)).data
      const seen: Array<Cell> = []
      let cursor: string | undefined
      do {
        const after = cursor === undefined ? "" : `&cursor=${cursor}`
        const page = await get(`${path}&limit=${limit}${after}`)
        seen.push(...page.data)
        cursor = page.meta.nextCursor
      } while (cursor !== undefined)
      assert.deepStrictEqual(seen, all)
    }
  })

  it("adds up a location without counting twice what a meter contains", async () => {
    await feed("sub", "2026-06-01T00:00:00Z", "2026-06-01T02:00:00Z", () => 100)
    await feed("plug", "2026-06-01T00:00:00Z", "2026-06-01T02:00:00Z", () => 40)
    await feed("grid", "2026-06-01T00:00:00Z", "2026-06-01T02:00:00Z", () => 300)
    const of = (query: string) =>
      get(
        `/v1/locations/berlin/energy/consumption?resolution=1h&exact=true&from=2026-06-01T00:00:00Z` +
          `&to=2026-06-01T02:00:00Z&${query}`
      )
    assert.deepStrictEqual(wh((await of("")).data), [1_200, 1_200])
    assert.deepStrictEqual(wh((await of("role=load")).data), [400, 400])
    const each = (await of("groupBy=device")).data
    assert.deepStrictEqual(
      each.map(({ channel, deviceId, importedWh }) => [deviceId, channel, importedWh]),
      ["grid", "plug", "sub"].flatMap((id) => {
        const hour = { grid: 1_200, plug: 160, sub: 400 }[id]
        return [
          [id, "main", hour],
          [id, "main", hour]
        ]
      })
    )
    const phases = ["main", "l1", "l2"].map((channel) => ({
      at: "2026-06-01T00:00:00Z",
      channel,
      importWh: 0
    }))
    const later = phases.map((reading) => ({ ...reading, at: "2026-06-01T01:00:00Z", importWh: 90 }))
    await device("berlin", "inverter", "storage", null)
    await device("berlin", "three", "storage", null)
    await server.call("POST", "/v1/devices/inverter/energy/readings", { body: [...phases, ...later] })
    await server.call("POST", "/v1/devices/three/energy/readings", {
      body: [...phases, ...later].filter(({ channel }) => channel !== "main")
    })
    assert.deepStrictEqual(wh((await of("role=storage")).data), [90 + 2 * 90, null])

    const first = await of("limit=1")
    assert.strictEqual(first.data.length, 1)
    const second = await of(`limit=1&cursor=${first.meta.nextCursor}`)
    assert.strictEqual(second.data[0]?.start, "2026-06-01T01:00:00Z")
    assert.isUndefined(second.meta.nextCursor)
  })

  it("says the resolution it chose and how far it may be behind", async () => {
    const chosen = async (query: string) =>
      (await get(`/v1/devices/grid/energy/usage?exact=true&${query}`)).meta as Meta
    assert.deepInclude(await chosen("period=today"), { resolution: "PT15M", lagMs: 0 })
    assert.deepInclude(await chosen("period=week"), { resolution: "PT1H" })
    assert.deepInclude(await chosen("period=year"), { resolution: "P1D" })
    assert.deepInclude(await chosen("from=2020-01-01T00:00:00Z"), { resolution: "P1M" })
    const usual = (await get("/v1/devices/grid/energy/usage")).meta as Meta
    assert.isAtLeast(usual.lagMs ?? -1, 0)
  })

  it("follows the rules of the channel, shows what is held, and books it once it is confirmed", async () => {
    const path = "/v1/devices/plug"
    const rules = `${path}/channels/rolling/rules`
    const at = (minute: number) => `2026-07-01T10:${String(minute).padStart(2, "0")}:00Z`
    const values = [99_998_000, 99_999_500, 1_000, 2_500]
    const body = values.map((importWh, i) => ({ at: at(15 * i), channel: "rolling", importWh }))
    await server.call("POST", `${path}/energy/readings`, { body })
    const query = `channel=rolling&resolution=15m&exact=true&from=${at(0)}&to=${at(45)}`
    const cells = async () => (await get(`${path}/energy/usage?${query}`)).data
    const usual = await server.call("GET", rules)
    assert.deepInclude(usual.data, { basis: "register", modulusWh: null, exchanges: [], confirmations: [] })

    const set = await server.call("PUT", rules, { body: { modulusWh: 100_000_000 } })
    assert.deepInclude(set.data, { basis: "register", modulusWh: 100_000_000 })
    assert.deepStrictEqual(wh(await cells()), [1_500, 1_500, 1_500])
    assert.deepStrictEqual(
      (await cells()).map(({ events }) => events),
      [[], ["rollover"], []]
    )

    await server.call("PUT", rules, { body: { modulusWh: 100_000_000, maxPowerW: 5_000 } })
    assert.deepStrictEqual(wh(await cells()), [null, null, null])
    const events = await get(
      `${path}/energy/usage/events?channel=rolling&exact=true&from=${at(0)}&to=${at(59)}`
    )
    assert.deepStrictEqual(
      events.data.map((cell) => [cell.start, cell.events]),
      [0, 15, 30].map((minute) => [at(minute), ["held"]])
    )
    const confirmations = [
      { at: at(15), as: "advance" },
      { at: at(30), as: "rollover" },
      { at: at(45), as: "nothing" }
    ]
    const exchanges = [{ at: "2026-07-02T12:00:00+02:00", finalImportWh: 1, startImportWh: 0 }]
    const confirmed = await server.call<{ exchanges: unknown }>("PUT", rules, {
      body: { modulusWh: 100_000_000, maxPowerW: 5_000, confirmations, exchanges }
    })
    assert.deepStrictEqual(confirmed.data.exchanges, [{ ...exchanges[0], at: "2026-07-02T10:00:00Z" }])
    assert.deepStrictEqual(wh(await cells()), [1_500, 1_500, 0])
  })

  it("answers a device credential with its own usage only", async () => {
    const registered = await server.call<{ credential: string }>("POST", "/v1/locations/berlin/devices", {
      body: { id: "own", name: "Own", role: "load", kind: "plug" }
    })
    const key = registered.data.credential
    const foreign = await server.call("GET", "/v1/devices/grid/energy/usage", { key })
    assert.deepStrictEqual([foreign.status, foreign.code], [404, "NOT_FOUND"])
    const query = "groupBy=device&resolution=1h&from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z"
    const own = await server.call<ReadonlyArray<Cell>>(
      "GET",
      `/v1/locations/berlin/energy/consumption?${query}`,
      { key }
    )
    assert.deepStrictEqual(own.data, [])
    const rules = await server.call("PUT", "/v1/devices/own/channels/main/rules", { key, body: {} })
    assert.deepStrictEqual([rules.status, rules.code], [403, "FORBIDDEN"])
  })
})

import { setImmediate } from "node:timers/promises"
import { Instant, StorageUpkeep } from "@wattkit/core"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { type Call, makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

interface Waiting {
  readonly id: string
  readonly deviceId: string
  readonly reading: { readonly at: string; readonly powerW: number }
  readonly reason: string
  readonly settled: { readonly by: string; readonly as: string; readonly shiftedMs: number } | null
}

interface Told {
  readonly accepted: number
  readonly rejected: ReadonlyArray<{
    readonly index: number
    readonly reason: string
    readonly message: string
  }>
}

interface Released {
  readonly released: number
  readonly waiting: ReadonlyArray<{ readonly reason: string }>
  readonly hasMore: boolean
}

const minute = 60_000
const hour = 60 * minute

/** A meter at a location of its own in a zone without summer time. */
const makeMeter = async (call: Call, id: string, zone: string): Promise<void> => {
  await call("POST", "/v1/locations", {
    body: { id: `at-${id}`, name: id, kind: "house", zone, currency: "EUR" }
  })
  await call("POST", `/v1/locations/at-${id}/devices`, {
    body: { id, name: id, role: "load", kind: "plug" }
  })
}

describe.each([
  ["memory", () => startServer(layerMemory)],
  ["PostgreSQL", () => startServer()]
] as const)("quarantine over %s", (_, start) => {
  let server: TestServer
  let credential: string

  beforeAll(async () => {
    server = await start()
    credential = await makeHouse(server.call)
    await makeMeter(server.call, "lagos", "Africa/Lagos")
    await makeMeter(server.call, "kolkata", "Asia/Kolkata")
  })

  afterAll(() => server.close())

  /** An instant relative to now, on a whole second, so that what is answered is what was sent. */
  const ahead = (ms: number) => new Date(Math.floor((Date.now() + ms) / 1000) * 1000).toISOString()

  const send = async (device: string, body: unknown) => {
    const { data, status, text } = await server.call<Told>("POST", `/v1/devices/${device}/energy/readings`, {
      body
    })
    assert.strictEqual(status, 200, text)
    return data
  }

  /** Messages one after the other, never two in one millisecond: those would count as one message. */
  const sendApart = async (device: string, count: number) => {
    for (let i = 0; i < count; i++) {
      await send(device, { at: ahead(hour + i), channel: `c${i}`, powerW: i })
      const sent = Date.now()
      while (Date.now() <= sent) await setImmediate()
    }
  }

  const list = async (query: string) =>
    (await server.call<ReadonlyArray<Waiting>>("GET", `/v1/quarantine?${query}`)).data

  const latest = async (device: string) =>
    (
      await server.call<ReadonlyArray<{ powerW: number }>>(
        "GET",
        `/v1/devices/${device}/energy/readings/latest`
      )
    ).data.map(({ powerW }) => powerW)

  it("keeps what is ahead out of everything, and takes what is not", async () => {
    assert.strictEqual(
      (await send("meter", { at: ahead(5 * minute - 2_000), channel: "near", powerW: 1 })).accepted,
      1
    )
    const future = { at: ahead(hour), channel: "far", powerW: 2 }
    const told = await send("meter", [future, { at: "1970-01-01T00:00:00Z", channel: "far", powerW: 3 }])
    assert.strictEqual(told.accepted, 0)
    assert.deepStrictEqual(
      told.rejected.map(({ index, reason }) => [index, reason]),
      [
        [0, "future"],
        [1, "too_old"]
      ]
    )
    assert.match(told.rejected[0]?.message ?? "", /s in the future.*kept in quarantine/)
    assert.notMatch(told.rejected[1]?.message ?? "", /quarantine/)
    assert.deepStrictEqual(await latest("meter"), [1])
    const usage = await server.call<ReadonlyArray<unknown>>(
      "GET",
      "/v1/devices/meter/energy/usage?channel=far&exact=true&period=year&resolution=15m"
    )
    assert.deepStrictEqual(usage.data, [])
    await send("meter", { at: ahead(-minute), channel: "far", powerW: 4 })
    assert.deepStrictEqual((await latest("meter")).sort(), [1, 4])

    await send("meter", future)
    const waiting = await list("deviceId=meter")
    assert.strictEqual(waiting.length, 1, "the same again is kept once")
    assert.deepInclude(waiting[0] ?? {}, { deviceId: "meter", reason: "future", settled: null })
    assert.deepStrictEqual(Date.parse(waiting[0]?.reading.at ?? ""), Date.parse(future.at))
  })

  it("notices a clock that is ahead, and puts its readings right when a person says so", async () => {
    await sendApart("lagos", 14)
    const clock = await server.call<{ skewMs: number; messages: number }>("GET", "/v1/devices/lagos/clock")
    assert.strictEqual(clock.data.skewMs, hour)
    assert.isAtLeast(clock.data.messages, 10)
    assert.deepInclude(clock.data as object, { hint: "local_time_as_utc" })

    const asDevice = await server.call("POST", "/v1/quarantine/release", {
      key: credential,
      body: { deviceId: "meter" }
    })
    assert.deepStrictEqual([asDevice.status, asDevice.code], [403, "FORBIDDEN"])
    const early = await server.call<Released>("POST", "/v1/quarantine/release", {
      body: { deviceId: "lagos" }
    })
    assert.strictEqual(early.data.released, 0)
    assert.deepStrictEqual([...new Set(early.data.waiting.map(({ reason }) => reason))], ["future"])
    assert.deepStrictEqual(await latest("lagos"), [])

    const body = { deviceId: "lagos", reason: "future", shiftMs: -hour }
    const released = await server.call<Released>("POST", "/v1/quarantine/release", { body })
    assert.deepStrictEqual(released.data, { released: 14, waiting: [], hasMore: false })
    assert.strictEqual((await latest("lagos")).length, 14)
    assert.deepStrictEqual(await list("deviceId=lagos"), [])
    const [settled] = await list("deviceId=lagos&show=all")
    assert.deepInclude(Object(settled?.settled) as object, { as: "released", shiftedMs: -hour })
    assert.match(settled?.settled?.by ?? "", /^key_/)
    const rows = await server.call<ReadonlyArray<{ at: string }>>(
      "GET",
      "/v1/devices/lagos/energy/readings?channel=c0"
    )
    assert.isBelow(Math.abs(Date.parse(rows.data[0]?.at ?? "") - Date.now()), minute)
    const again = await server.call<Released>("POST", "/v1/quarantine/release", { body })
    assert.strictEqual(again.data.released, 0)
  })

  it("hints at local time only where the offset of the location is the skew", async () => {
    await sendApart("kolkata", 14)
    const clock = await server.call("GET", "/v1/devices/kolkata/clock")
    assert.deepInclude(clock.data, { skewMs: hour, hint: null })
    const mixed = await server.call("GET", "/v1/devices/meter/clock")
    assert.deepInclude(mixed.data, { skewMs: null, hint: null })
  })

  it("lets a person decide between two readings of one instant", async () => {
    const at = ahead(-10 * minute)
    await send("meter", { at, channel: "rivals", powerW: 100 })
    await send("meter", { at, channel: "rivals", powerW: 200 })
    const rival = (await list("deviceId=meter")).find(({ reason }) => reason === "conflict")
    assert.strictEqual(rival?.reading.powerW, 200)
    const body = { ids: [rival?.id] }
    const released = await server.call<Released>("POST", "/v1/quarantine/release", { body })
    assert.deepInclude(released.data, { released: 1 })
    const query = `?channel=rivals&at=${encodeURIComponent(at)}`
    const versions = await server.call<ReadonlyArray<{ reading: { powerW: number } }>>(
      "GET",
      `/v1/devices/meter/energy/readings/revisions${query}`
    )
    assert.deepStrictEqual(
      versions.data.map(({ reading }) => reading.powerW),
      [100, 200]
    )
  })

  it("gives up what a person drops, and pages through the rest", async () => {
    const readings = [0, 1, 2, 3, 4].map((i) => ({
      at: ahead(2 * hour + i * minute),
      channel: "drop",
      powerW: i
    }))
    await send("kolkata", readings)
    const seen: Array<number> = []
    let cursor: string | undefined
    do {
      const after = cursor === undefined ? "" : `&cursor=${cursor}`
      const page = await server.call<ReadonlyArray<Waiting>>(
        "GET",
        `/v1/quarantine?deviceId=kolkata&limit=4${after}`
      )
      seen.push(...page.data.map(({ reading }) => Date.parse(reading.at)))
      cursor = page.meta.nextCursor
    } while (cursor !== undefined)
    assert.strictEqual(seen.length, 19)
    assert.deepStrictEqual(
      seen,
      seen.toSorted((a, b) => a - b)
    )
    const dropped = await server.call("POST", "/v1/quarantine/drop", { body: { deviceId: "kolkata" } })
    assert.deepStrictEqual(dropped.data, { dropped: 19, hasMore: false })
    assert.deepStrictEqual(await list("deviceId=kolkata"), [])
    assert.strictEqual((await list("deviceId=kolkata&show=all")).length, 19)
    assert.deepStrictEqual(await latest("kolkata"), [])
  })

  it("shows a device its own readings and nobody else's", async () => {
    const own = await server.call<ReadonlyArray<Waiting>>("GET", "/v1/quarantine?show=all", {
      key: credential
    })
    assert.deepStrictEqual([...new Set(own.data.map(({ deviceId }) => deviceId))], ["meter"])
    for (const path of ["/v1/quarantine?deviceId=lagos", "/v1/devices/lagos/clock"]) {
      const foreign = await server.call("GET", path, { key: credential })
      assert.deepStrictEqual([foreign.status, foreign.code], [404, "NOT_FOUND"], path)
    }
  })

  it("keeps readings of a time that was given up, and lets a person drop them", async () => {
    await makeMeter(server.call, "late", "Africa/Lagos")
    const days = 24 * hour
    const sent = [400, 100, 2].map((ago) => ({
      at: ahead(-ago * days),
      channel: "old",
      importWh: 1_000 - ago
    }))
    assert.strictEqual((await send("late", sent.slice(1))).accepted, 2)
    const retention = { readingDays: 30, quarterHourDays: 367, hourDays: 367, dayDays: 1_830 }
    await server.run(
      Effect.flatMap(Instant.now, (now) => StorageUpkeep.use((upkeep) => upkeep.retain(now, retention)))
    )
    const told = await send("late", sent)
    assert.deepStrictEqual(
      told.rejected.map(({ index, reason }) => [index, reason]),
      [
        [0, "expired"],
        [1, "expired"]
      ]
    )
    const waiting = await list("deviceId=late")
    assert.deepStrictEqual(
      waiting.map(({ reason }) => reason),
      ["expired", "expired"]
    )
    const released = await server.call<Released>("POST", "/v1/quarantine/release", {
      body: { deviceId: "late" }
    })
    assert.deepStrictEqual(
      [released.data.released, released.data.waiting.map(({ reason }) => reason)],
      [0, ["expired", "expired"]]
    )
    const path = "/v1/devices/late/energy"
    const rows = await server.call<ReadonlyArray<unknown>>("GET", `${path}/readings?channel=old`)
    assert.strictEqual(rows.data.length, 1)
    const usage = await server.call<ReadonlyArray<{ importedWh: number }>>(
      "GET",
      `${path}/usage?channel=old&resolution=1d&exact=true&limit=500&from=${ahead(-101 * days)}`
    )
    const total = usage.data.reduce((sum, { importedWh }) => sum + importedWh, 0)
    assert.strictEqual(total.toFixed(3), "98.000", "what was used before stays known")
    const correction = { reason: "too late", readings: [sent[1]] }
    const refused = await server.call<Told>("PUT", `${path}/readings`, { body: correction })
    assert.deepStrictEqual(
      refused.data.rejected.map(({ reason }) => reason),
      ["expired"]
    )
    const dropped = await server.call("POST", "/v1/quarantine/drop", { body: { deviceId: "late" } })
    assert.deepStrictEqual(dropped.data, { dropped: 2, hasMore: false })
  })
})

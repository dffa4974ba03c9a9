import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

interface Cell {
  readonly start: string
  readonly importedWh: number | null
  readonly exportedWh: number | null
  readonly estimatedWh: number
  readonly coverage: number
  readonly quality: string
  readonly events: ReadonlyArray<string>
}

interface Revision {
  readonly reading: { readonly importWh?: number } | null
  readonly provenance: { readonly by: string; readonly reason: string } | null
}

const path = "/v1/devices/meter/energy/readings"
const usagePath = "/v1/devices/meter/energy/usage"

/** The quarter hours that matter here, after a day and a month that are long over. */
const day = "2026-06-01"
const at = (time: string) => `${day}T${time}Z`

describe.each([
  ["memory", () => startServer(layerMemory)],
  ["PostgreSQL", () => startServer()]
] as const)("corrections over %s", (_, start) => {
  let server: TestServer
  let credential: string

  beforeAll(async () => {
    server = await start()
    credential = await makeHouse(server.call)
  })

  afterAll(() => server.close())

  const send = (body: unknown) =>
    server.call<{ accepted: number; duplicates: number; rejected: Array<Record<string, unknown>> }>(
      "POST",
      path,
      {
        key: credential,
        body
      }
    )

  const usage = async (channel: string, query = `from=${at("09:00:00")}&to=${at("11:00:00")}`) => {
    const found = await server.call<ReadonlyArray<Cell>>(
      "GET",
      `${usagePath}?channel=${channel}&resolution=15m&exact=true&${query}`
    )
    assert.strictEqual(found.status, 200, found.text)
    return found.data.map(({ importedWh, quality, start }) => [start.slice(11, 16), importedWh, quality])
  }

  const revisions = async (channel: string, instant: string) => {
    const query = `?channel=${channel}&at=${instant}`
    return (await server.call<ReadonlyArray<Revision>>("GET", `${path}/revisions${query}`)).data
  }

  it("stores a reading that comes three times once, and books its energy once", async () => {
    const channel = "three-times"
    const first = { at: at("10:00:00"), channel, importWh: 100_000 }
    assert.deepStrictEqual(
      [await send(first), await send(first), await send([first])].map(({ data }) => [
        data.accepted,
        data.duplicates
      ]),
      [
        [1, 0],
        [0, 1],
        [0, 1]
      ]
    )
    const rows = await server.call<ReadonlyArray<unknown>>("GET", `${path}?channel=${channel}`)
    assert.strictEqual(rows.data.length, 1)

    const interval = { at: at("10:15:00"), since: at("10:00:00"), channel: "deltas", importDeltaWh: 250 }
    await server.call("PUT", "/v1/devices/meter/channels/deltas/rules", { body: { basis: "delta" } })
    for (let i = 0; i < 3; i++) await send(interval)
    assert.deepStrictEqual(await usage("deltas"), [
      ["10:00", 250, "measured"],
      ["10:15", null, "measured"]
    ])
  })

  it("revises a reading when a person who may says so, keeps what was there, and usage follows", async () => {
    const channel = "revised"
    await send([
      { at: at("09:45:00"), channel, importWh: 99_000 },
      { at: at("10:00:00"), channel, importWh: 100_000 },
      { at: at("10:15:00"), channel, importWh: 101_000 }
    ])
    assert.deepStrictEqual((await usage(channel)).slice(0, 2), [
      ["09:45", 1000, "measured"],
      ["10:00", 1000, "measured"]
    ])

    const other = { at: at("10:00:00"), channel, importWh: 100_400 }
    const refused = await send(other)
    assert.deepInclude(refused.data.rejected[0], { index: 0, field: "at", reason: "conflict" })
    assert.match(String(refused.data.rejected[0]?.["message"]), /kept in quarantine/)
    assert.deepStrictEqual((await usage(channel))[0], ["09:45", 1000, "measured"])

    const body = { reason: "the meter was read by hand", readings: [other] }
    const asDevice = await server.call("PUT", path, { key: credential, body })
    assert.deepStrictEqual([asDevice.status, asDevice.code], [403, "FORBIDDEN"])
    const corrected = await server.call<Record<string, number>>("PUT", path, { body })
    assert.strictEqual(corrected.status, 200, corrected.text)
    assert.deepInclude(corrected.data, { revised: 1, accepted: 0, duplicates: 0 })

    assert.deepStrictEqual((await usage(channel)).slice(0, 2), [
      ["09:45", 1400, "edited"],
      ["10:00", 600, "edited"]
    ])
    const versions = await revisions(channel, at("10:00:00"))
    assert.deepStrictEqual(
      versions.map(({ provenance, reading }) => [reading?.importWh, provenance?.reason]),
      [
        [100_000, undefined],
        [100_400, "the meter was read by hand"]
      ]
    )
    assert.match(versions[1]?.provenance?.by ?? "", /^key_/)
    const rows = await server.call<ReadonlyArray<{ importWh: number }>>("GET", `${path}?channel=${channel}`)
    assert.deepStrictEqual(
      rows.data.map(({ importWh }) => importWh),
      [99_000, 100_400, 101_000]
    )
    // What the device said comes again: it is known, and changes nothing.
    const again = await send({ ...other, importWh: 100_000 })
    assert.deepStrictEqual([again.data.accepted, again.data.duplicates], [0, 1])
    assert.deepStrictEqual((await usage(channel))[0], ["09:45", 1400, "edited"])
  })

  it("makes a correction with an instant of its own once, and lets a later one count", async () => {
    const channel = "decided"
    await send({ at: at("10:00:00"), channel, powerW: 1 })
    const reading = (powerW: number) => ({ at: at("10:00:00"), channel, powerW })
    const correct = async (powerW: number, madeAt: string) => {
      const body = { reason: "because", madeAt, readings: [reading(powerW)] }
      const { data } = await server.call<Record<string, number>>("PUT", path, { body })
      return Object.entries(data).flatMap(([outcome, count]) => (count === 1 ? [outcome] : []))
    }
    assert.deepStrictEqual(await correct(2, at("12:00:00")), ["revised"])
    assert.deepStrictEqual(await correct(2, at("12:00:00")), ["duplicates"])
    assert.deepStrictEqual(await correct(3, at("11:00:00")), ["superseded"])
    const versions = await revisions(channel, at("10:00:00"))
    assert.strictEqual(versions.length, 3)
    const rival = { reason: "because", madeAt: at("12:00:00"), readings: [reading(9)] }
    const conflict = await server.call<{ rejected: Array<object> }>("PUT", path, { body: rival })
    assert.deepInclude(conflict.data.rejected[0], { index: 0, field: "readings[0].at", reason: "conflict" })
  })

  it("adds readings that never came, and strikes out those that never should have", async () => {
    const channel = "struck"
    await send(
      [0, 15, 30, 45].map((minute) => ({
        at: at(`10:${String(minute).padStart(2, "0")}:00`),
        channel,
        importWh: 1_000 * minute
      }))
    )
    const added = await server.call<Record<string, number>>("PUT", path, {
      body: {
        reason: "read by hand",
        readings: [{ at: at("11:00:00"), channel, importWh: 90_000 }],
        strikeOut: [{ at: at("10:45:00"), channel }]
      }
    })
    assert.deepInclude(added.data, { revised: 1, accepted: 1 })
    assert.deepStrictEqual((await usage(channel)).slice(-2), [
      ["10:30", 30_000, "edited"],
      ["10:45", 30_000, "edited"]
    ])
    const query = `channel=${channel}&from=${at("10:00:00")}&to=${at("10:30:00")}&reason=wrong%20meter`
    const struck = await server.call<{ struckOut: number }>("DELETE", `${path}?${query}`)
    assert.deepStrictEqual([struck.status, struck.data], [200, { struckOut: 2 }])
    const again = await server.call<{ struckOut: number }>("DELETE", `${path}?${query}`)
    assert.deepStrictEqual(again.data, { struckOut: 0 })
    const rows = await server.call<ReadonlyArray<{ at: string }>>("GET", `${path}?channel=${channel}`)
    assert.deepStrictEqual(
      rows.data.map((reading) => reading.at.slice(11, 16)),
      ["10:30", "11:00"]
    )
    assert.deepStrictEqual((await revisions(channel, at("10:15:00"))).at(-1)?.reading, null)
    const latest = await server.call<ReadonlyArray<{ channel: string; importWh: number }>>(
      "GET",
      `${path}/latest`
    )
    assert.strictEqual(latest.data.find((reading) => reading.channel === channel)?.importWh, 90_000)
  })

  it("refuses to correct what lies in the future or before any clock was set", async () => {
    const body = {
      reason: "because",
      readings: [{ at: "2099-01-01T00:00:00Z", powerW: 1 }],
      strikeOut: [{ at: "1970-01-01T00:00:00Z" }]
    }
    const { data } = await server.call<{ accepted: number; rejected: ReadonlyArray<object> }>("PUT", path, {
      body
    })
    assert.strictEqual(data.accepted, 0)
    assert.deepStrictEqual(
      data.rejected.map((one) => Object.values(one).slice(0, 3)),
      [
        [0, "readings[0].at", "future"],
        [0, "strikeOut[0].at", "too_old"]
      ]
    )
  })
})

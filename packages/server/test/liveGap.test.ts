import { ReadingBus } from "@wattkit/core"
import { Effect, Layer, Redacted } from "effect"
import pg from "pg"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { StorageLayer } from "../src/App.ts"
import * as Storage from "../src/storage/Storage.ts"
import { type Call, makeCall, makeHouse } from "./fixtures/call.ts"
import { configOf, startServer, type TestServer } from "./fixtures/inProcess.ts"
import { type Frame, openLive } from "./fixtures/liveClient.ts"
import { type Database, startDatabase } from "./fixtures/ordeal/Database.ts"

/** So many channels are read once each in a round, so that no news can stand for those that were lost. */
const channels = 150

/** Ends the connections over which servers tell each other what they stored. */
const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'wattkit news'`

interface Reading {
  readonly channel: string
  readonly powerW: number
}

/** What somebody knows who does as the protocol says. */
class Screen {
  readonly #shown = new Map<string, number>()
  resyncs = 0

  take(frame: Frame): void {
    if (frame.type === "RESYNC") {
      this.resyncs++
      this.#shown.clear()
    }
    if (frame.type !== "ENERGY_UPDATE") return
    for (const { channel, powerW } of frame["readings"] as ReadonlyArray<Reading>) {
      this.#shown.set(channel, powerW)
    }
  }

  /** How many channels do not show this. */
  missing(powerW: number): number {
    return channels - [...this.#shown.values()].filter((shown) => shown === powerW).length
  }
}

/** A storage whose news tell nobody that some are missing: the mistake this test is there to find. */
const keepingGapsQuiet = (storage: StorageLayer): StorageLayer =>
  Layer.effect(
    ReadingBus,
    Effect.map(ReadingBus, (bus): ReadingBus => ({
      ...bus,
      listen: (tenantId, listener) => bus.listen(tenantId, listener)
    }))
  ).pipe(Layer.provideMerge(storage))

describe("whoever watches at another server than the one that stores", () => {
  let database: Database
  let sql: pg.Client
  let storing: TestServer
  let call: Call
  let day = 0
  const databaseUrl = () => Redacted.make(database.url)

  beforeAll(async () => {
    database = await startDatabase()
    sql = new pg.Client(database.url)
    await sql.connect()
    storing = await startServer(undefined, { databaseUrl: databaseUrl() })
    call = makeCall(storing.url, storing.key)
    await makeHouse(call)
  }, 120_000)
  afterAll(async () => {
    await storing.close()
    await sql.end()
    await database.close()
  })

  /** What every channel says in a round; nothing is said twice. */
  const shownIn = (round: number): number => 1_000 * day + round

  const store = async (i: number, powerW: number): Promise<void> => {
    const body = {
      at: new Date(Date.UTC(2026, 5, 1, 0, 0, powerW, i)).toISOString(),
      channel: `c${i}`,
      powerW
    }
    const { status, text } = await call("POST", "/v1/devices/meter/energy/readings", { body })
    assert.strictEqual(status, 200, text)
  }

  /** Cuts the servers off from each other while one stores, and answers what the other does not show. */
  const watchAt = async (
    showing: TestServer,
    { patienceMs, rounds }: { patienceMs: number; rounds: number }
  ) => {
    const live = await openLive(showing.url, storing.key)
    const screen = new Screen()
    day++
    live.socket.on("message", (data) => screen.take(JSON.parse(String(data)) as Frame))
    live.say({ type: "SUBSCRIBE", id: "s", events: ["ENERGY_UPDATE"] })
    await live.until("SUBSCRIBED")
    const missing: Array<number> = []
    for (let round = 1; round <= rounds; round++) {
      for (let i = 0; i < channels; i++) {
        if (i === 50) assert.isAtLeast((await sql.query(cut)).rowCount ?? 0, 2)
        await store(i, shownIn(round))
      }
      const end = performance.now() + patienceMs
      const count = () => screen.missing(shownIn(round))
      while (count() > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
      missing.push(count())
    }
    live.close()
    return { missing, resyncs: screen.resyncs }
  }

  it("misses nothing when the servers lose each other: what was lost comes with RESYNC", async () => {
    const showing = await startServer(undefined, { databaseUrl: databaseUrl() })
    const { missing, resyncs } = await watchAt(showing, { patienceMs: 15_000, rounds: 4 })
    await showing.close()
    assert.deepStrictEqual(missing, [0, 0, 0, 0])
    assert.isAtLeast(resyncs, 4)
  })

  it("would miss something if nobody were told", async () => {
    const storage = keepingGapsQuiet(Storage.layer(configOf({ dataDir: "", databaseUrl: databaseUrl() })))
    const showing = await startServer(storage)
    const { missing, resyncs } = await watchAt(showing, { patienceMs: 3_000, rounds: 1 })
    await showing.close()
    assert.isAbove(missing[0]!, 0)
    assert.strictEqual(resyncs, 0)
  })
})

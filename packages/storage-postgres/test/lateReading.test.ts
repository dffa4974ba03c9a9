import { assert, it } from "@effect/vitest"
import {
  type DeviceId,
  type DeviceReading,
  mainChannel,
  ReadingStore,
  StorageUpkeep,
  UsageStore,
  usualRules
} from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { household } from "./household.ts"
import * as TestServer from "./TestServer.ts"

/** How large the table is; `WATTKIT_TEST_LATE_ROWS` says another number. */
const rows = Number(process.env["WATTKIT_TEST_LATE_ROWS"] ?? 300_000)

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const now = Date.parse("2026-06-01T00:00:00Z")
const days = 400

/** One meter over 400 days, read in the middle of each quarter hour, so that each step lies in two. */
const meter = (deviceId: DeviceId): ReadonlyArray<DeviceReading> =>
  Array.from({ length: days * 96 }, (_, i) => ({
    deviceId,
    channel: mainChannel,
    at: (now - days * DAY + (i + 0.5) * 15 * MINUTE) as DeviceReading["at"],
    importWh: i * 250
  }))

/** Any number of plugs over the last days, which make the table large. */
const plugs = (deviceIds: ReadonlyArray<DeviceId>, count: number): ReadonlyArray<DeviceReading> =>
  Array.from({ length: count }, (_, i) => ({
    deviceId: deviceIds[i % deviceIds.length]!,
    channel: mainChannel,
    at: (now - Math.floor(i / deviceIds.length) * 5 * MINUTE) as DeviceReading["at"],
    powerW: i % 977
  }))

/** How many rows of each table of usage a transaction after another one wrote. */
const writtenSince = Effect.fnUntraced(function* (xid: string) {
  const sql = yield* SqlClient.SqlClient
  const count = (table: string) =>
    Effect.map(
      sql<{ written: number; all: number }>`
        SELECT count(*) FILTER (WHERE xmin::text::bigint >= ${xid}::text::bigint)::int AS written,
          count(*)::int AS all FROM ${sql(table)}`,
      ([found]) => ({ written: found?.written, all: found?.all })
    )
  return {
    PT15M: yield* count("usage_15m"),
    PT1H: yield* count("energy_hourly"),
    P1D: yield* count("energy_daily")
  }
})

it.live(
  "a reading that is 400 days late changes two quarter hours, two hours and two days of a large table",
  () =>
    Effect.gen(function* () {
      const options = yield* TestServer.freshDatabase(yield* TestServer.make())
      yield* Effect.gen(function* () {
        const store = yield* ReadingStore
        const upkeep = yield* StorageUpkeep
        const usage = yield* UsageStore
        const sql = yield* SqlClient.SqlClient
        const { tenantId, deviceIds } = yield* household(1 + Math.max(20, rows / 15_000))
        const [first, ...others] = deviceIds
        for (const id of others)
          yield* usage.setRules(tenantId, id, mainChannel, { ...usualRules, basis: "power" })
        const readings = [...meter(first!), ...plugs(others, rows - days * 96)]
        const size = store.capabilities.maxBatch
        for (let from = 0; from < readings.length; from += size) {
          yield* store.append(tenantId, readings.slice(from, from + size))
        }
        yield* upkeep.refreshUsage
        const [began] = yield* sql<{ xid: string }>`SELECT pg_current_xact_id()::text AS xid`
        const before = yield* writtenSince(began!.xid)
        const late = { deviceId: first!, channel: mainChannel, at: now - (days - 1) * DAY + 2 * MINUTE }
        const importWh = 96 * 250 - 125
        assert.deepStrictEqual(
          yield* store.append(tenantId, [{ ...late, at: late.at as DeviceReading["at"], importWh }]),
          ["accepted"]
        )
        assert.deepStrictEqual(yield* upkeep.refreshUsage, {
          channels: 1,
          changed: { PT15M: 2, PT1H: 2, P1D: 2 }
        })
        const after = yield* writtenSince(began!.xid)
        for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
          assert.deepStrictEqual(after[resolution], { written: 2, all: before[resolution].all })
        }
      }).pipe(Effect.provide(PostgresStorage.layerOptions(options)))
    }),
  600_000
)

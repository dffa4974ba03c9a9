import { assert, it } from "@effect/vitest"
import { DeviceId, mainChannel, ReadingStore, StorageUpkeep, UsageStore } from "@wattkit/core"
import { HotConnections, PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as ReadingLayer from "../src/PostgresReadingStore.ts"
import * as UpkeepLayer from "../src/PostgresStorageUpkeep.ts"
import * as UsageLayer from "../src/PostgresUsageStore.ts"
import { addMeter, instant, type Meter, readingsOf, stores } from "./usageMeters.ts"

type Statement = readonly [text: string, params: ReadonlyArray<unknown>]

/** A client that also keeps the statements it was given, as they reach the database. */
const recording = (statements: Array<Statement>) =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const record = <A>(made: A): A => {
        const compile = (made as { readonly compile?: () => Statement }).compile
        if (typeof compile === "function") statements.push(compile.call(made))
        return made
      }
      return new Proxy(sql, {
        apply: (target, self, args) => record(Reflect.apply(target, self, args)),
        get: (target, name) =>
          name === "unsafe"
            ? (...args: Parameters<typeof sql.unsafe>) => record(target.unsafe(...args))
            : Reflect.get(target, name)
      })
    })
  )

const tables = "readings|usage_15m|energy_hourly|energy_daily|device_state"

/** Planned as a refresh plans them, which does not lean on statistics. */
const asRefreshPlans = (sql: SqlClient.SqlClient) =>
  sql`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`

/** The plans of statements that read or write what grows, each statement once, as row security makes them. */
const plansOf = Effect.fnUntraced(
  function* (statements: ReadonlyArray<Statement>, isRefresh: boolean) {
    const sql = yield* SqlClient.SqlClient
    const found = new Map(statements.filter(([text]) => new RegExp(`\\b(${tables})\\b`).test(text)))
    const explain = Effect.gen(function* () {
      if (isRefresh) yield* asRefreshPlans(sql)
      const plans: Array<string> = []
      for (const [text, params] of found) {
        const rows = yield* sql.unsafe<Record<string, string>>(`EXPLAIN ${text}`, params).unprepared
        plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"))
      }
      return plans
    })
    return yield* sql.withTransaction(explain)
  },
  PostgresStorage.acrossTenants,
  Effect.provide(PostgresStorage.layerSessions)
)

const start = instant("2026-05-01T00:00:00Z")

/**
 * A hundred more devices, twenty days of readings each, and cells of all of them for five weeks; and so many
 * devices that only ever said one thing that to walk through them would be a mistake.
 */
const fill = Effect.fnUntraced(function* ({ deviceId }: Meter) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
    SELECT 'x' || i, tenant_key, location_id, name, role, kind, created_at
    FROM devices, generate_series(1, 100) i WHERE id = ${deviceId}`
  yield* sql`INSERT INTO channels (tenant_key, device_key, name, says) SELECT tenant_key, key, 'main', 9
    FROM devices WHERE id LIKE 'x%'`
  const days = sql`generate_series('2026-05-01'::date, '2026-06-30'::date, '1 day')`
  yield* sql`SELECT wattkit_make_days(ARRAY(SELECT d::date FROM ${days} d)),
    wattkit_make_months(ARRAY(SELECT d::date FROM ${days} d))`
  yield* sql`INSERT INTO readings (channel_key, at, power_w, import_wh)
    SELECT c.key, t, 100, extract(epoch FROM t) / 3600
    FROM channels c, generate_series('2026-05-01'::timestamptz, '2026-05-20', '20 min') t
    WHERE c.says = 9 ORDER BY 1, 2`
  yield* sql`INSERT INTO device_state (tenant_key, channel_key, at)
    SELECT tenant_key, key, '2026-05-20' FROM channels
    ON CONFLICT DO NOTHING`
  yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
    SELECT 'y' || i, tenant_key, location_id, name, role, kind, created_at
    FROM devices, generate_series(1, 5000) i WHERE id = ${deviceId}`
  yield* sql`INSERT INTO channels (tenant_key, device_key, name, says) SELECT tenant_key, key, 'main', 1
    FROM devices WHERE id LIKE 'y%'`
  yield* sql`INSERT INTO device_state (tenant_key, channel_key, at)
    SELECT tenant_key, key, '2026-05-20' FROM channels WHERE says = 1`
  for (const [table, step] of [
    ["usage_15m", "15 min"],
    ["energy_hourly", "1 hour"]
  ] as const) {
    yield* sql`INSERT INTO ${sql(table)}
        (channel_key, start, imported, estimated, covered_ms, quality, events, readings)
      SELECT c.key, t, 25000, 0, 900000, 0, 0, 1
      FROM channels c, generate_series('2026-05-01'::timestamptz, '2026-06-05', ${step}::text::interval) t
      WHERE c.says <> 1 ORDER BY 1, 2`
  }
  yield* sql`INSERT INTO energy_daily
      (tenant_key, channel_key, day, start_at, end_at, imported, estimated, covered_ms, quality, events,
        readings)
    SELECT c.tenant_key, c.key, d::date, d, d + interval '1 day', 25000, 0, 900000, 0, 0, 1
    FROM channels c, generate_series('2026-05-01'::timestamptz, '2026-06-05', '1 day') d
    WHERE c.says <> 1 ORDER BY 1, 2`
  yield* sql`ANALYZE`
})

it.live(
  "usage and a day of readings go by an index: no plan walks through what grows",
  () =>
    Effect.gen(function* () {
      const statements: Array<Statement> = []
      const refreshed: Array<Statement> = []
      const recorded = Layer.mergeAll(
        UsageLayer.layer,
        UpkeepLayer.layer,
        Layer.provide(ReadingLayer.layer, HotConnections.layer())
      ).pipe(Layer.provide(recording(statements)), Layer.provide(PostgresStorage.layerSessions), Layer.fresh)
      const meter = yield* addMeter("Asia/Kolkata")
      const readings = yield* ReadingStore
      yield* readings.append(meter.tenantId, readingsOf(meter, [[start, { importWh: 1, exportWh: 1 }]]))
      yield* fill(meter)
      yield* Effect.gen(function* () {
        const usage = yield* UsageStore
        const { lag, refreshUsage } = yield* StorageUpkeep
        const store = yield* ReadingStore
        const late = readingsOf(meter, [
          [start + 3_700_000, { importWh: 100, exportWh: 7, importDeltaWh: 1 }]
        ])
        for (const basis of ["register", "delta", "power"] as const) {
          const rules = yield* usage.rules(meter.tenantId, meter.deviceId, mainChannel)
          yield* usage.setRules(meter.tenantId, meter.deviceId, mainChannel, { ...rules, basis })
          yield* readings.append(meter.tenantId, late)
          yield* lag
          const before = statements.length
          yield* refreshUsage
          refreshed.push(...statements.splice(before))
        }
        const deviceIds = Array.from({ length: 5 }, (_, i) => DeviceId.make(`x${i + 1}`))
        const within = { start, end: (start + 30 * 86_400_000) as typeof start }
        for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
          const query = { deviceIds, within, resolution }
          const total = yield* usage.total(meter.tenantId, query)
          assert.isAtLeast(total.length, 30)
          const page = yield* usage.page(meter.tenantId, { ...query, limit: 100 })
          assert.strictEqual(page.length, 100)
          const { channel, deviceId, within: last } = page.at(-1)!
          const after = { deviceId, channel, start: last.start }
          assert.strictEqual((yield* usage.page(meter.tenantId, { ...query, after, limit: 5 })).length, 5)
        }
        const day = {
          deviceId: deviceIds[3]!,
          channel: mainChannel,
          within: { start, end: (start + 86_400_000) as typeof start }
        }
        assert.strictEqual((yield* store.page(meter.tenantId, { ...day, limit: 100 })).length, 72)
      }).pipe(Effect.provide(recorded))
      const requests = yield* plansOf(statements, false)
      const refreshes = yield* plansOf(refreshed, true)
      assert.isAtLeast(requests.length, 7)
      assert.isAtLeast(refreshes.length, 7)
      for (const plan of [...requests, ...refreshes]) {
        assert.notMatch(plan, new RegExp(`Seq Scan on (?!readings_horizon)(${tables})`))
        assert.match(plan, /Index (Only )?Scan|Bitmap Index Scan/)
      }
    }).pipe(Effect.provide(stores)),
  120_000
)

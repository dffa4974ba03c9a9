import {
  DeviceId,
  type DeviceReading,
  type Instant,
  mainChannel,
  ReadingStore,
  StorageUpkeep,
  TenantId,
  UsageStore
} from "@wattkit/core"
import { HotConnections, PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Layer, ManagedRuntime } from "effect"
import { SqlClient } from "effect/sql"
import { type Bench, type Context, variant } from "../../../scripts/bench/Harness.ts"
import { percentile } from "../../../scripts/bench/Statistics.ts"
import * as Readings from "../src/PostgresReadingStore.ts"
import * as Upkeep from "../src/PostgresStorageUpkeep.ts"
import * as Usage from "../src/PostgresUsageStore.ts"
import { enter, leave } from "./server.ts"

const DAY = 86_400_000
const tenantId = TenantId.make("t")
const end = Math.floor(Date.now() / DAY) * DAY
/** How many devices are asked about. */
const devices = 30
const deviceIds = Array.from({ length: 1000 }, (_, i) => DeviceId.make(`d${i + 1}`))
const metered = deviceIds.slice(0, devices)
/** How many speak every minute; `WATTKIT_BENCH_DEVICES` says another number, for a larger table. */
const speaking = Math.min(1000, Math.max(devices, Number(process.env["WATTKIT_BENCH_DEVICES"] ?? devices)))
/** For how many days there are readings; `WATTKIT_BENCH_DAYS` says another number, for a larger table. */
const days = ({ quick }: Pick<Context, "quick">): number =>
  quick ? 6 : Number(process.env["WATTKIT_BENCH_DAYS"] ?? 90)

type Statement = readonly [text: string, params: ReadonlyArray<unknown>]
type Services = ReadingStore | UsageStore | StorageUpkeep | SqlClient.SqlClient

/** A client that keeps the statements it was given, to be explained afterwards. */
const recording = (statements: Map<string, Statement>) =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const record = <A>(made: A): A => {
        const compile = (made as { readonly compile?: () => Statement }).compile
        if (typeof compile === "function") {
          const statement = compile.call(made)
          statements.set(statement[0], statement)
        }
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

/**
 * Readings of the devices that speak every minute, and of one of them 400 days ago all but every tenth
 * minute.
 */
const fill = Effect.fnUntraced(function* (count: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO tenants (id, name, created_at) VALUES (${tenantId}, 'Ada', now())`
  yield* sql`INSERT INTO locations (id, tenant_key, name, kind, zone, currency, created_at)
    SELECT 'l', key, 'House', 'house', 'Europe/Berlin', 'EUR', now() FROM tenants`
  yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
    SELECT 'd' || i, key, 'l', 'Plug', 'load', 'plug', now() FROM tenants, generate_series(1, 1000) i`
  yield* sql`INSERT INTO channels (tenant_key, device_key, name, says)
    SELECT tenant_key, key, 'main', 9 FROM devices ORDER BY key`
  const first = new Date(end - count * DAY)
  for (const from of [
    new Date(end - 400 * DAY),
    ...Array.from({ length: count }, (_, i) => new Date(+first + i * DAY))
  ]) {
    const isOld = +from < +first
    yield* sql`SELECT wattkit_make_days(ARRAY[${from}::timestamptz::date])`
    yield* sql`INSERT INTO readings (channel_key, at, power_w, import_wh)
      SELECT c.key, t, 100 + c.key, (extract(epoch FROM t) - 1e9) / 36
      FROM channels c,
        generate_series(${from}::timestamptz, ${from}::timestamptz + interval '1439 min', '1 min') t
      WHERE c.key <= ${isOld ? 1 : speaking}
        AND (NOT ${isOld}::boolean OR extract(minute FROM t)::int % 10 <> 5)
      ORDER BY t, c.key`
  }
  yield* sql`INSERT INTO device_state (tenant_key, channel_key, at, power_w, import_wh)
    SELECT tenant_key, key, ${new Date(end - 60_000)}, 100 + key, 1 FROM channels`
  yield* sql`INSERT INTO usage_stale (channel_keys, froms, tos)
    SELECT array_agg(key), array_agg('-infinity'::timestamptz), array_agg('infinity'::timestamptz)
    FROM channels WHERE key <= ${speaking}`
})

/** A large table takes longer than any statement of an application may. */
const vacuum = Effect.gen(function* () {
  const connection = yield* (yield* SqlClient.SqlClient).reserve
  yield* connection.executeUnprepared("SET statement_timeout = 0", [], undefined)
  yield* connection.executeUnprepared("VACUUM ANALYZE", [], undefined)
  yield* connection.executeUnprepared("RESET statement_timeout", [], undefined)
}).pipe(Effect.scoped)

const open = async ({ quick }: Pick<Context, "quick">) => {
  const { client } = await enter("queries")
  const statements = new Map<string, Statement>()
  const services = Layer.mergeAll(
    Layer.provide(Readings.layer, HotConnections.layer()),
    Usage.layer,
    Upkeep.layer
  ).pipe(
    Layer.provide(recording(statements)),
    Layer.provide(PostgresStorage.layerSessions),
    Layer.fresh,
    Layer.provideMerge(client)
  )
  const runtime = ManagedRuntime.make(services)
  const run = <A, E>(effect: Effect.Effect<A, E, Services>) => runtime.runPromise(effect)
  await runtime.runPromise(PostgresStorage.migrate)
  const count = days({ quick })
  await run(fill(count))
  const started = performance.now()
  const { changed } = await run(Effect.flatMap(StorageUpkeep, (upkeep) => upkeep.refreshUsage))
  const readings = speaking * count * 1440
  const perReading = ((performance.now() - started) * 1000) / readings
  process.stderr.write(
    `  ${readings} readings, ${changed.PT15M} quarter hours in ${perReading.toFixed(2)} µs per reading\n`
  )
  await run(vacuum)
  statements.clear()
  return { run, statements, start: end - count * DAY, close: () => runtime.dispose().then(leave), late: 0 }
}

type House = Awaited<ReturnType<typeof open>>

let house: Promise<House> | undefined
let users = 0

const latencies = new Map<string, Array<number>>()
const walked: Array<string> = []
let mostChanged = 0

/** A statement of this bench itself, whose plan is nobody's promise. */
const ownWords = "/* plain */"

/** Notes the plans of what was asked that walk through readings or usage. */
const explain = async ({ run, statements }: House): Promise<void> => {
  for (const [text, params] of Array.from(statements.values())) {
    if (!/\b(readings|usage_15m|energy_hourly|energy_daily)\b/.test(text)) continue
    if (!text.trimStart().startsWith("SELECT") || text.includes(ownWords)) continue
    const rows = await run(
      SqlClient.SqlClient.use(
        (sql) => sql.unsafe<Record<string, string>>(`EXPLAIN ${text}`, params).unprepared
      )
    )
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n")
    if (/Seq Scan on (?!readings_(horizon|anchors))(readings|usage_15m|energy_)/.test(plan)) walked.push(plan)
  }
}

/** A question that is asked again and again, one after the other. */
const asked = (name: string, ask: (house: House) => Promise<number>, times = 40) =>
  variant({
    name,
    setup: (context) => {
      users++
      return (house ??= open(context))
    },
    run: async (state, { quick, round }) => {
      const taken: Array<number> = []
      let rows = 0
      for (let i = 0; i < (quick ? 10 : times); i++) {
        const started = performance.now()
        rows = await ask(state)
        taken.push(performance.now() - started)
      }
      if (rows === 0) throw new Error(`${name}: nothing was answered`)
      if (round > 0) latencies.set(name, [...(latencies.get(name) ?? []), ...taken])
      return { units: taken.length, latencies: taken }
    },
    teardown: async (state) => {
      const all = latencies.get(name) ?? []
      process.stderr.write(
        `  ${name}: p50 ${percentile(all, 0.5).toFixed(1)} ms, p95 ${percentile(all, 0.95).toFixed(1)} ms\n`
      )
      if (--users > 0) return
      await explain(state)
      for (const plan of walked) process.stderr.write(`${plan}\n`)
      await state.close()
    }
  })

const within = (from: number, until: number) => ({
  start: from as Instant.Instant,
  end: until as Instant.Instant
})

const one = asked("SELECT 1", ({ run }) =>
  run(SqlClient.SqlClient.use((sql) => Effect.map(sql`SELECT 1`, (rows) => rows.length)))
)

const latest = asked("latest of 1,000 devices", ({ run }) =>
  run(
    Effect.flatMap(ReadingStore, (store) =>
      Effect.map(store.latest(tenantId, deviceIds), (rows) => rows.length)
    )
  )
)

const rawDay = asked("a device's raw day", ({ run }) =>
  run(
    Effect.flatMap(ReadingStore, (store) =>
      Effect.map(
        store.page(tenantId, {
          deviceId: metered[7]!,
          channel: mainChannel,
          within: within(end - 3 * DAY, end - 2 * DAY),
          limit: 2000
        }),
        (rows) => rows.length
      )
    )
  )
)

const daily = asked("daily kWh, 30 devices × 30 days", ({ run }) =>
  run(
    Effect.flatMap(UsageStore, (store) =>
      Effect.map(
        store.page(tenantId, {
          deviceIds: metered,
          within: within(end - 30 * DAY, end),
          resolution: "P1D",
          limit: 1000
        }),
        (cells) => cells.length
      )
    )
  )
)

const dailyPlain = asked("the same rows, plain SQL", ({ run }) =>
  run(
    SqlClient.SqlClient.use((sql) =>
      Effect.map(
        sql`SELECT ${sql.literal(ownWords)} channel_key, day, imported FROM energy_daily
          WHERE channel_key <= ${devices} AND day >= ${new Date(end - 30 * DAY)}::timestamptz::date`,
        (rows) => rows.length
      )
    )
  )
)

const heatMap = asked("heat map by the hour, 90 days", ({ run, start }) =>
  run(
    Effect.flatMap(UsageStore, (store) =>
      Effect.map(
        store.total(tenantId, { deviceIds: metered, within: within(start, end), resolution: "PT1H" }),
        (cells) => cells.length
      )
    )
  )
)

const late = asked(
  "a reading 400 days late, stored and in usage",
  (state) => {
    const at = (end - 400 * DAY + (5 + 10 * state.late++) * 60_000) as Instant.Instant
    const importWh = Math.round((at / 1000 - 1e9) / 0.036) / 1000
    const reading: DeviceReading = { deviceId: metered[0]!, channel: mainChannel, at, powerW: 90, importWh }
    return state.run(
      Effect.gen(function* () {
        const [outcome] = yield* (yield* ReadingStore).append(tenantId, [reading])
        if (outcome !== "accepted") return 0
        const { changed } = yield* (yield* StorageUpkeep).refreshUsage
        mostChanged = Math.max(mostChanged, changed.PT15M, changed.PT1H, changed.P1D)
        return changed.PT15M
      })
    )
  },
  12
)

const isWithin = (name: string, milliseconds: number) => ({
  name: `${name}: 95 of 100 within ${milliseconds} ms`,
  holds: () => percentile(latencies.get(name) ?? [], 0.95) < milliseconds
})

/** What a dashboard asks of 30 devices that spoke every minute for 90 days. */
export default {
  name: "queries",
  unit: "questions",
  limit: one.name,
  variants: [one, latest, rawDay, daily, dailyPlain, heatMap, late],
  checks: [
    isWithin(latest.name, 8),
    isWithin(rawDay.name, 8),
    isWithin(daily.name, 15),
    isWithin(heatMap.name, 40),
    isWithin(late.name, 50),
    { name: "a late reading changes at most two cells of each length", holds: () => mostChanged <= 2 },
    { name: "no plan walks through readings or usage", holds: () => walked.length === 0 }
  ]
} satisfies Bench

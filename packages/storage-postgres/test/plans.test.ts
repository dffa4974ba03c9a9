import { assert, it } from "@effect/vitest"
import { type Instant, mainChannel, ReadingStore } from "@wattkit/core"
import { HotConnections, PostgresReadingStore, PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Layer, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { saidTypes } from "../src/append/columns.ts"
import { storeStatement } from "../src/append/storeStatement.ts"
import { always, household, reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

const at = (seconds: number) => (seconds * 1000) as Instant.Instant

/** A client that also keeps the statements it was given, as they reach the database. */
const recording = (statements: Array<readonly [string, ReadonlyArray<unknown>]>) =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const record = <A extends { readonly compile: () => readonly [string, ReadonlyArray<unknown>] }>(
        made: A
      ): A => {
        if (typeof made.compile === "function") statements.push(made.compile())
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

/** Plans are made as row security has them made. */
const underRowSecurity = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  PostgresStorage.acrossTenants(effect).pipe(Effect.provide(PostgresStorage.layerSessions))

const plansOf = Effect.fnUntraced(function* (
  wanted: string,
  statements: ReadonlyArray<readonly [string, ReadonlyArray<unknown>]>
) {
  const sql = yield* SqlClient.SqlClient
  const found = statements.filter(([text]) => text.trimStart().startsWith(wanted))
  assert.isNotEmpty(found, `no statement begins with ${wanted}`)
  const [text, params] = found.at(-1)!
  const rows = yield* sql.unsafe<Record<string, string>>(`EXPLAIN ${text}`, params)
  return rows.map((row) => row["QUERY PLAN"]).join("\n")
}, underRowSecurity)

/**
 * The plan of the statement that stores a batch, as the connections of batches have it made: once for all.
 */
const planOfAppend = Effect.fnUntraced(
  function* (count: number) {
    const connection = yield* (yield* SqlClient.SqlClient).reserve
    const run = (text: string) => connection.executeUnprepared(text, [], undefined)
    const column = (type: string, values: ReadonlyArray<string>) => `ARRAY[${values.join(", ")}]::${type}[]`
    const instants = Array.from({ length: count }, (_, i) => `to_timestamp(${i * 60})`)
    const parameters = [
      count,
      instants[0],
      instants[count - 1],
      column(
        "int8",
        Array.from({ length: count }, (_, i) => String(1 + (i % 3)))
      ),
      column("timestamptz", instants),
      ...saidTypes.map((type) => column(type, []))
    ]
    yield* run("SET plan_cache_mode = force_generic_plan")
    yield* run(`PREPARE appended AS ${storeStatement.text}`)
    const rows = yield* run(`EXPLAIN EXECUTE appended (${parameters.join(", ")})`)
    yield* run("DEALLOCATE appended")
    yield* run("RESET plan_cache_mode")
    return rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n")
  },
  Effect.scoped,
  underRowSecurity
)

it.live(
  "reads and appends of large tables go by an index: no plan sorts or walks through readings",
  () =>
    Effect.gen(function* () {
      const statements: Array<readonly [string, ReadonlyArray<unknown>]> = []
      const stores = PostgresReadingStore.layer.pipe(
        Layer.provide(HotConnections.layer()),
        Layer.provide(recording(statements)),
        Layer.provide(PostgresStorage.layerSessions),
        Layer.fresh,
        Layer.provideMerge(PostgresStorage.layer)
      )
      yield* Effect.gen(function* () {
        const { tenantId, deviceIds } = yield* household(20)
        const store = yield* ReadingStore
        const sql = yield* SqlClient.SqlClient
        const fill = Array.from({ length: 10_000 }, (_, i) => reading(deviceIds[i % 3]!, i * 60))
        yield* store.append(tenantId, fill)
        yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
          SELECT 'x' || i, tenant_key, location_id, name, role, kind, created_at
          FROM devices, generate_series(1, 30000) i WHERE id = 'd0'`
        yield* sql`INSERT INTO channels (tenant_key, device_key, name)
          SELECT tenant_key, key, 'main' FROM devices WHERE id LIKE 'x%'`
        yield* sql`INSERT INTO device_state (tenant_key, channel_key, at, power_w)
          SELECT c.tenant_key, c.key, to_timestamp(0), 1
          FROM channels c JOIN devices d ON d.key = c.device_key
          WHERE d.id LIKE 'x%'`
        yield* sql`INSERT INTO reading_revisions (channel_key, at, made_at, power_w)
          SELECT channel_key, at, '-infinity', power_w FROM device_state`
        yield* sql`ANALYZE`
        const scanned = /Seq Scan on (readings(?!_horizon)|reading_revisions|device_state|devices|channels)/
        const days = (plan: string) => new Set(plan.match(/readings_\d{8}/g))

        const append = yield* planOfAppend(50)
        assert.match(append, /Index Scan using readings_19700101_pkey on readings_19700101 r/)
        assert.match(append, /hashed SubPlan/)
        assert.match(append, /One-Time Filter/)
        assert.notMatch(append, scanned)
        assert.strictEqual(days(append).size, 1, "only the partition of the day is looked into")

        const day = { start: at(86_400), end: at(2 * 86_400) }
        const query = { deviceId: deviceIds[2]!, channel: mainChannel, within: day }
        yield* store.page(tenantId, { ...query, limit: 50 })
        const page = yield* plansOf("SELECT r.at", statements)
        assert.match(page, /Index Scan using readings_19700102_pkey/)
        assert.notMatch(page, /Sort/)
        assert.notMatch(page, scanned)
        assert.strictEqual(days(page).size, 1)

        statements.length = 0
        yield* Stream.runDrain(store.scan(tenantId, { ...query, within: always }))
        const scan = yield* plansOf("SELECT r.at", statements.slice(0, 1))
        assert.notMatch(scan, /Sort/)
        assert.notMatch(scan, scanned)

        yield* store.latest(tenantId, deviceIds)
        const latest = yield* plansOf("SELECT d.id AS device_id", statements)
        assert.match(latest, /Index Scan using device_state_pkey/)
        assert.notMatch(latest, scanned)
        assert.notMatch(latest, /on readings/)
      }).pipe(Effect.provide(stores))
    }).pipe(
      Effect.provide(
        Layer.unwrap(
          Effect.map(Effect.flatMap(TestServer.make(), TestServer.freshDatabase), PostgresStorage.layerClient)
        )
      )
    ),
  60_000
)

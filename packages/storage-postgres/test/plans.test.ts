import { assert, it } from "@effect/vitest"
import { mainChannel, ReadingStore } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Layer, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { always, household, reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

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
})

it.live(
  "reads and appends of large tables go by an index: no plan sorts or walks through readings",
  () =>
    Effect.gen(function* () {
      const statements: Array<readonly [string, ReadonlyArray<unknown>]> = []
      const stores = Layer.provide(PostgresStorage.layer, recording(statements))
      yield* Effect.gen(function* () {
        const { tenantId, deviceIds } = yield* household(20)
        const store = yield* ReadingStore
        const sql = yield* SqlClient.SqlClient
        const fill = Array.from({ length: 10_000 }, (_, i) => reading(deviceIds[i % 3]!, i))
        yield* store.append(tenantId, fill)
        yield* store.append(tenantId, fill.slice(0, 50))
        yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
          SELECT 'x' || i, tenant_key, location_id, name, role, kind, created_at
          FROM devices, generate_series(1, 30000) i WHERE id = 'd0'`
        yield* sql`INSERT INTO device_state (tenant_key, device_key, at, channel, power_w)
          SELECT tenant_key, key, to_timestamp(0), 'main', 1 FROM devices WHERE id LIKE 'x%'`
        yield* sql`ANALYZE`
        const query = { deviceId: deviceIds[2]!, channel: mainChannel, within: always }
        const append = yield* plansOf("WITH known", statements)
        assert.match(append, /Index Scan using devices_id_key/)
        assert.match(append, /Index Scan using readings_pkey on readings r/)
        assert.match(append, /hashed SubPlan/)
        assert.match(append, /One-Time Filter/)
        assert.notMatch(append, /Seq Scan on (readings|device_state|devices)/)
        yield* store.page(tenantId, { ...query, limit: 50 })
        const page = yield* plansOf("SELECT r.channel", statements)
        assert.match(page, /Index Scan using readings_pkey/)
        assert.notMatch(page, /Seq Scan on (readings|device_state|devices)|Sort/)
        statements.length = 0
        yield* Stream.runDrain(store.scan(tenantId, query))
        assert.notMatch(
          yield* plansOf("SELECT r.channel", statements.slice(0, 1)),
          /Seq Scan on (readings|device_state|devices)|Sort/
        )
        yield* store.latest(tenantId, deviceIds)
        const latest = yield* plansOf("SELECT d.id AS device_id", statements)
        assert.match(latest, /Index Scan using device_state_pkey/)
        assert.notMatch(latest, /Seq Scan on (device_state|devices)|on readings/)
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

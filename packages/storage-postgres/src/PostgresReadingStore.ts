import { PgTypes } from "@effect/sql-pg"
import { type DeviceId, type Instant, type ReadingQuery, ReadingStore, type TenantId } from "@wattkit/core"
import { Effect, Layer, Option, Result, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { append } from "./append.ts"
import * as Rows from "./rows.ts"
import { orStorageError } from "./storageError.ts"

/** The largest batch: beyond it a batch is no faster for each reading, only slower to answer. */
export const maxBatch = 10_000

/** How many readings a scan fetches at once. */
export const piece = 1000

const make = Effect.map(SqlClient.SqlClient, (sql): ReadingStore => {
  const columns = (alias: string) =>
    sql.literal(Rows.readingColumns.map((name) => `${alias}.${name}`).join(", "))

  const select = Effect.fnUntraced(function* (
    tenantId: TenantId,
    {
      deviceId,
      channel,
      within,
      after,
      limit
    }: ReadingQuery & { after?: Instant.Instant | undefined; limit: number }
  ) {
    // An instant has whole milliseconds, so what is after one begins a millisecond later.
    const start = after === undefined ? within.start : Math.max(within.start, after + 1)
    // Unprepared, because a plan for any interval may sort a whole channel to answer one page of it.
    const rows = yield* sql<Rows.ReadingRow>`SELECT ${columns("r")} FROM readings r
      WHERE r.device_key = (
        SELECT d.key FROM devices d JOIN tenants t ON t.key = d.tenant_key
        WHERE t.id = ${tenantId} AND d.id = ${deviceId}
      ) AND r.channel = ${channel}
        AND r.at >= ${PgTypes.timestamptz(start)} AND r.at < ${PgTypes.timestamptz(within.end)}
      ORDER BY r.at LIMIT ${limit}`.unprepared
    return rows.map(Rows.toReading)
  }, orStorageError)

  const latest = Effect.fnUntraced(function* (tenantId: TenantId, deviceIds: ReadonlyArray<DeviceId>) {
    if (deviceIds.length === 0) return []
    const ids = Result.getOrThrow(PgTypes.array(deviceIds, PgTypes.OID.text))
    const rows = yield* sql<
      Rows.ReadingRow & { device_id: DeviceId }
    >`SELECT d.id AS device_id, ${columns("s")}
      FROM devices d JOIN device_state s ON s.device_key = d.key
      WHERE d.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND d.id = ANY (${ids})`
    return rows.map(Rows.toDeviceReading)
  }, orStorageError)

  return {
    capabilities: { maxBatch, durability: "power" },
    append: (tenantId, batch) =>
      batch.length > maxBatch
        ? Effect.die(new RangeError(`a batch of ${batch.length} readings is over the largest, ${maxBatch}`))
        : orStorageError(Effect.provideService(append(tenantId, batch), SqlClient.SqlClient, sql)),
    page: select,
    scan: (tenantId, query) =>
      Stream.paginate(undefined as Instant.Instant | undefined, (after) =>
        Effect.map(select(tenantId, { ...query, after, limit: piece }), (readings) => {
          const last = readings.length < piece ? undefined : readings.at(-1)?.at
          return [readings, Option.fromUndefinedOr(last)] as const
        })
      ),
    latest
  }
})

/** Keeps readings in PostgreSQL. */
export const layer: Layer.Layer<ReadingStore, never, SqlClient.SqlClient> = Layer.effect(ReadingStore, make)

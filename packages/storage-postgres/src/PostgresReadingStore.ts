import { PgTypes } from "@effect/sql-pg"
import {
  type ChannelName,
  type DeviceId,
  type Instant,
  type ReadingQuery,
  ReadingStore,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer, Option, Result, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { append } from "./append/append.ts"
import * as ChannelKeys from "./append/ChannelKeys.ts"
import { correct } from "./correct/correct.ts"
import { revisions } from "./correct/revisions.ts"
import { HotConnections } from "./hot/HotConnections.ts"
import * as Partitions from "./partitions.ts"
import * as Rows from "./rows.ts"
import { orStorageError } from "./storageError.ts"
import { forTenant } from "./tenancy/CurrentTenant.ts"

/** The largest batch: beyond it a batch is no faster for each reading, only slower to answer. */
export const maxBatch = 10_000

/** How many readings a scan fetches at once. */
export const piece = 2000

const tooMany = (count: number) =>
  Effect.die(new RangeError(`a batch of ${count} is over the largest, ${maxBatch}`))

type ReadingPage = ReadingQuery & { readonly after?: Instant.Instant | undefined; readonly limit: number }

const make = Effect.fnUntraced(function* (copiedFrom: number) {
  const sql = yield* SqlClient.SqlClient
  const hot = yield* HotConnections
  const appending = { sql, hot, keys: ChannelKeys.make(sql), partitions: Partitions.make(sql), copiedFrom }
  const columns = (alias: string) => sql.literal(`${alias}.at, ${Rows.said(alias)}`)

  const select = Effect.fnUntraced(
    function* (tenantId: TenantId, { after, channel, deviceId, limit, within }: ReadingPage) {
      const key = yield* appending.keys.find(tenantId, { deviceId, channel })
      if (key === undefined) return []
      // An instant has whole milliseconds, so what is after one begins a millisecond later.
      const start = after === undefined ? within.start : Math.max(within.start, after + 1)
      // Unprepared, because only a plan for these very instants leaves the partitions of other days alone.
      const rows = yield* sql<Rows.ReadingRow>`SELECT ${columns("r")} FROM readings r
      WHERE r.channel_key = ${PgTypes.int8(BigInt(key))}
        AND r.at >= ${PgTypes.timestamptz(start)} AND r.at < ${PgTypes.timestamptz(within.end)}
        AND r.at >= (SELECT readings_from FROM readings_horizon) AND ${sql.literal(Rows.saysSomething("r"))}
      ORDER BY r.at LIMIT ${limit}`.unprepared
      return rows.map((row) => Rows.toReading(channel, row))
    },
    forTenant,
    orStorageError
  )

  const latest = Effect.fnUntraced(
    function* (tenantId: TenantId, deviceIds: ReadonlyArray<DeviceId>) {
      if (deviceIds.length === 0) return []
      const [first, ...others] = deviceIds
      // For one device and for many different plans are right, so each has a statement of its own.
      const asked =
        others.length === 0
          ? sql`d.id = ${first}`
          : sql`d.id = ANY (${Result.getOrThrow(PgTypes.array(deviceIds, PgTypes.OID.text))})`
      const rows = yield* sql<
        Rows.ReadingRow & { device_id: DeviceId; channel: ChannelName }
      >`SELECT d.id AS device_id, c.name AS channel, ${columns("s")}
      FROM devices d JOIN channels c ON c.device_key = d.key JOIN device_state s ON s.channel_key = c.key
      WHERE d.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND ${asked}`
      return rows.map(Rows.toDeviceReading)
    },
    forTenant,
    orStorageError
  )

  return ReadingStore.of({
    capabilities: { maxBatch, durability: "power" },
    append: (tenantId, batch) =>
      batch.length > maxBatch
        ? tooMany(batch.length)
        : orStorageError(forTenant(append(appending, tenantId, batch), tenantId)),
    correct: (tenantId, corrections) =>
      corrections.length > maxBatch
        ? tooMany(corrections.length)
        : orStorageError(forTenant(correct(appending, tenantId, corrections), tenantId)),
    revisions: (tenantId, identity) =>
      orStorageError(forTenant(revisions(sql, tenantId, identity), tenantId)),
    page: select,
    scan: (tenantId, query) =>
      Stream.paginate(undefined as Instant.Instant | undefined, (after) =>
        Effect.map(select(tenantId, { ...query, after, limit: piece }), (readings) => {
          const last = readings.length < piece ? undefined : readings.at(-1)?.at
          return [readings, Option.fromUndefinedOr(last)] as const
        })
      ),
    latest
  })
})

/** From so many certainly new readings in a batch on, COPY is faster than a statement. */
export const usualCopiedFrom = 64

/** Keeps readings in PostgreSQL, and copies those that are certainly new when they are at least so many. */
export const layerWith = (
  copiedFrom: number
): Layer.Layer<ReadingStore, never, SqlClient.SqlClient | HotConnections> =>
  Layer.effect(ReadingStore, make(copiedFrom))

/** Keeps readings in PostgreSQL. */
export const layer = layerWith(usualCopiedFrom)

import { PgTypes } from "@effect/sql-pg"
import {
  type AppendOutcome,
  type DeviceReading,
  isSame,
  type QuantityName,
  quantities,
  type TenantId
} from "@wattkit/core"
import { Effect, Result, Schedule } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { saidColumns } from "./rows.ts"

/**
 * A batch made ready: sorted by identity, so that appends at the same time lock in the same order, and with
 * the first reading of each identity before all that repeat one.
 */
interface Sorted {
  /** Each device once; a reading names its device by the place here, from 1. */
  readonly deviceIds: ReadonlyArray<string>
  readonly places: ReadonlyArray<number>
  /** The index in the batch of each row sent. */
  readonly indexes: ReadonlyArray<number>
  /** How many rows are the first of their identity; the others follow them. */
  readonly firsts: number
  /** The index of the first reading of the same identity, for those that are not it. */
  readonly firstOf: ReadonlyMap<number, number>
}

const sort = (batch: ReadonlyArray<DeviceReading>): Sorted => {
  const deviceIds = [...new Set(batch.map((reading) => reading.deviceId))].sort()
  const placeOf = new Map(deviceIds.map((deviceId, i) => [deviceId, i + 1]))
  const places = batch.map((reading) => placeOf.get(reading.deviceId) ?? 0)
  const compare = (i: number, j: number): number => {
    const a = batch[i]!
    const b = batch[j]!
    const byDevice = places[i]! - places[j]!
    if (byDevice !== 0) return byDevice
    if (a.channel !== b.channel) return a.channel < b.channel ? -1 : 1
    return a.at - b.at || i - j
  }
  const all = batch.map((_, i) => i).sort(compare)
  const indexes: Array<number> = []
  const firstOf = new Map<number, number>()
  for (const i of all) {
    const first = indexes.at(-1)
    if (first !== undefined && isSameIdentity(batch[first]!, batch[i]!)) firstOf.set(i, first)
    else indexes.push(i)
  }
  const firsts = indexes.length
  indexes.push(...firstOf.keys())
  return { deviceIds, places: indexes.map((i) => places[i]!), indexes, firsts, firstOf }
}

const isSameIdentity = (a: DeviceReading, b: DeviceReading): boolean =>
  a.at === b.at && a.deviceId === b.deviceId && a.channel === b.channel

const array = (values: ReadonlyArray<unknown>, oid: number): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, oid))

/** The column of one quantity, empty when no reading of the batch says it: `unnest` fills it with NULL. */
const column = (
  batch: ReadonlyArray<DeviceReading>,
  indexes: ReadonlyArray<number>,
  name: QuantityName | "extra"
) => {
  const oid = name === "extra" ? PgTypes.OID.jsonb : PgTypes.OID.float8
  const isSaid = batch.some((reading) => reading[name] !== undefined)
  return array(isSaid ? indexes.map((i) => batch[i]![name] ?? null) : [], oid)
}

const parameters = (tenantId: TenantId, batch: ReadonlyArray<DeviceReading>, sorted: Sorted) => [
  PgTypes.text(tenantId),
  PgTypes.int4(sorted.firsts),
  array(sorted.deviceIds, PgTypes.OID.text),
  array(sorted.places, PgTypes.OID.int4),
  array(
    sorted.indexes.map((i) => batch[i]!.channel),
    PgTypes.OID.text
  ),
  array(
    sorted.indexes.map((i) => batch[i]!.at),
    PgTypes.OID.timestamptz
  ),
  ...quantities.map((name) => column(batch, sorted.indexes, name)),
  column(batch, sorted.indexes, "extra")
]

const said = saidColumns.join(", ")
const arrays = saidColumns
  .map((name, i) => `$${i + 7}::${name === "extra" ? "jsonb" : "float8"}[]`)
  .join(", ")
const prefixed = (alias: string) => saidColumns.map((name) => `${alias}.${name}`).join(", ")

/**
 * Stores a batch in one statement, so in one round trip and one transaction, and answers the rows that were
 * not accepted: most often none.
 *
 * `known` finds the keys of the devices (0 for one the tenant does not have). `inserted` stores the first
 * readings of each identity that are not there, before `state` moves the newest of each channel forward: all
 * appends lock in this one order. What was not inserted is compared with what is there. A row that cannot be
 * seen there was stored by an append that ran at the same time: `wattkit_raced` undoes this one.
 *
 * The shape does not lean on the planner's guess of how long an array is: the keys are looked up by
 * subscript, what was inserted by a hash (`NOT IN`), what is stored by the primary key (`OFFSET 0` keeps the
 * lookup apart).
 */
const statement = `
WITH known AS MATERIALIZED (
  SELECT array_agg(coalesce(d.key, 0) ORDER BY i.place) AS keys
  FROM unnest($3::text[]) WITH ORDINALITY AS i (id, place) LEFT JOIN LATERAL (
    SELECT key, tenant_key FROM devices WHERE id = i.id OFFSET 0
  ) d ON d.tenant_key = (SELECT key FROM tenants WHERE id = $1::text)
),
batch AS MATERIALIZED (
  SELECT (SELECT keys FROM known)[b.place] AS device_key, b.channel COLLATE "C" AS channel, b.at,
    ${said}, b.row
  FROM unnest($4::int4[], $5::text[], $6::timestamptz[], ${arrays}) WITH ORDINALITY
    AS b (place, channel, at, ${said}, row)
),
inserted AS (
  INSERT INTO readings (tenant_key, device_key, channel, at, ${said})
  SELECT (SELECT key FROM tenants WHERE id = $1::text), device_key, channel, at, ${said}
  FROM batch WHERE device_key > 0 AND row <= $2::int4
  ORDER BY device_key, channel, at
  ON CONFLICT (device_key, channel, at) DO NOTHING
  RETURNING *
),
state AS (
  INSERT INTO device_state AS s (tenant_key, device_key, channel, at, received_at, ${said})
  SELECT DISTINCT ON (device_key, channel) tenant_key, device_key, channel, at, received_at, ${said}
  FROM inserted ORDER BY device_key, channel, at DESC
  ON CONFLICT (device_key, channel) DO UPDATE
  SET (at, received_at, ${said}) = ROW (excluded.at, excluded.received_at, ${prefixed("excluded")})
  WHERE s.at < excluded.at
)
SELECT b.row::int4 AS row, CASE
  WHEN b.device_key = 0 THEN 'unknown_device'
  WHEN stored.is_same THEN 'duplicate'
  WHEN NOT stored.is_same THEN 'conflict'
  WHEN b.row > $2::int4 THEN 'repeated'
  ELSE wattkit_raced()
END AS outcome
FROM batch b LEFT JOIN LATERAL (
  SELECT (${prefixed("r")}) IS NOT DISTINCT FROM (${prefixed("b")}) AS is_same
  FROM readings r WHERE r.device_key = b.device_key AND r.channel = b.channel AND r.at = b.at OFFSET 0
) stored ON true
WHERE (SELECT count(*) FROM inserted) < cardinality($4::int4[]) AND (
  b.device_key = 0 OR b.row > $2::int4
  OR (b.device_key, b.channel, b.at) NOT IN (SELECT device_key, channel, at FROM inserted)
)`

interface OutcomeRow {
  readonly row: number
  /** `repeated`: the first of the same identity in this batch was accepted, and decides. */
  readonly outcome: AppendOutcome | "repeated"
}

const outcomes = (batch: ReadonlyArray<DeviceReading>, sorted: Sorted, rows: ReadonlyArray<OutcomeRow>) => {
  const told = batch.map((): AppendOutcome => "accepted")
  for (const { row, outcome } of rows) {
    const i = sorted.indexes[row - 1]!
    if (outcome !== "repeated") told[i] = outcome
    else told[i] = isSame(batch[sorted.firstOf.get(i)!]!, batch[i]!) ? "duplicate" : "conflict"
  }
  return told
}

/** Nothing was stored, and the next try sees what was in the way. */
const canRepeat = ({ reason: { _tag } }: SqlError.SqlError): boolean =>
  _tag === "SerializationError" || _tag === "DeadlockError"

const pauses = Schedule.exponential("2 millis", 1.5).pipe(Schedule.jittered, Schedule.upTo({ times: 20 }))

/** Stores a batch and answers what became of each reading, in the order of the batch. */
export const append = Effect.fnUntraced(function* (tenantId: TenantId, batch: ReadonlyArray<DeviceReading>) {
  if (batch.length === 0) return []
  const sql = yield* SqlClient.SqlClient
  const sorted = sort(batch)
  const rows = yield* Effect.retry(sql.unsafe<OutcomeRow>(statement, parameters(tenantId, batch, sorted)), {
    while: canRepeat,
    schedule: pauses
  })
  return outcomes(batch, sorted, rows)
})

import { PgTypes } from "@effect/sql-pg"
import {
  type DeadLetter,
  DeadLetterStore,
  type DeviceId,
  type Instant,
  type Message,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer, Result } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant } from "../tenancy/CurrentTenant.ts"
import { forgetLetters } from "./forget.ts"

type Settled = NonNullable<DeadLetter["settled"]>

interface Row extends Pick<DeadLetter, "id" | "reason" | "detail" | "format" | "subject"> {
  readonly received_at: Date
  readonly is_retained: boolean
  readonly carrier: Message["carrier"]
  readonly topic: string
  readonly payload: Uint8Array
  readonly device_id: DeadLetter["deviceId"]
  readonly settled_at: Date | null
  readonly settled_by: string
  readonly settled_as: Settled["as"]
}

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant

const toDeadLetter = (tenantId: TenantId, row: Row): DeadLetter => ({
  id: AnyText.decode(row.id),
  tenantId,
  message: {
    carrier: row.carrier,
    topic: AnyText.decode(row.topic),
    payload: Uint8Array.from(row.payload),
    receivedAt: instant(row.received_at),
    isRetained: row.is_retained
  },
  reason: row.reason,
  detail: AnyText.decode(row.detail),
  format: row.format,
  subject: row.subject === null ? null : AnyText.decode(row.subject),
  deviceId: row.device_id,
  settled:
    row.settled_at === null
      ? null
      : { at: instant(row.settled_at), by: AnyText.decode(row.settled_by), as: row.settled_as }
})

const array = (values: ReadonlyArray<unknown>, oid: number): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, oid))
const texts = (values: ReadonlyArray<string | null>) =>
  array(
    values.map((value) => (value === null ? null : AnyText.encode(value))),
    PgTypes.OID.text
  )
const instants = (values: ReadonlyArray<number | null>) => array(values, PgTypes.OID.timestamptz)

const insert = (sql: SqlClient.SqlClient, tenantId: TenantId, letters: ReadonlyArray<DeadLetter>) => {
  const of = <A>(say: (letter: DeadLetter) => A) => letters.map(say)
  const messages = of(({ message }) => message)
  // All that add at the same time lock in the order of ids, so none waits for one that waits for it.
  return sql`INSERT INTO dead_letters (tenant_key, id, carrier, topic, payload, bytes, received_at,
      is_retained, reason, detail, format, subject, device_id, settled_at, settled_by, settled_as)
    SELECT t.key, l.id, l.carrier, l.topic, l.payload, l.bytes, l.received_at, l.is_retained,
      l.reason, l.detail, l.format, l.subject, l.device_id, l.settled_at, l.settled_by, l.settled_as
    FROM tenants t CROSS JOIN unnest(
      ${texts(of(({ id }) => id))}::text[],
      ${texts(messages.map(({ carrier }) => carrier))}::text[],
      ${texts(messages.map(({ topic }) => topic))}::text[],
      ${array(
        messages.map(({ payload }) => payload),
        PgTypes.OID.bytea
      )}::bytea[],
      ${array(
        messages.map(({ payload, topic }) => payload.length + Buffer.byteLength(topic)),
        PgTypes.OID.int4
      )}::int4[],
      ${instants(messages.map(({ receivedAt }) => receivedAt))}::timestamptz[],
      ${array(
        messages.map(({ isRetained }) => isRetained),
        PgTypes.OID.bool
      )}::bool[],
      ${texts(of(({ reason }) => reason))}::text[],
      ${texts(of(({ detail }) => detail))}::text[],
      ${texts(of(({ format }) => format))}::text[],
      ${texts(of(({ subject }) => subject))}::text[],
      ${texts(of(({ deviceId }) => deviceId))}::text[],
      ${instants(of(({ settled }) => settled?.at ?? null))}::timestamptz[],
      ${texts(of(({ settled }) => settled?.by ?? null))}::text[],
      ${texts(of(({ settled }) => settled?.as ?? null))}::text[]
    ) WITH ORDINALITY AS l (id, carrier, topic, payload, bytes, received_at, is_retained, reason, detail,
      format, subject, device_id, settled_at, settled_by, settled_as, place)
    WHERE t.id = ${tenantId}
    ORDER BY l.id COLLATE "C", l.place
    ON CONFLICT (tenant_key, id) DO NOTHING`
}

const make = Effect.map(SqlClient.SqlClient, (sql): DeadLetterStore => {
  const columns = sql.literal(
    "id, carrier, topic, payload, received_at, is_retained, reason, detail, format, subject, device_id, " +
      "settled_at, settled_by, settled_as"
  )
  const of = (tenantId: TenantId) => sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`
  const rowsOf = (tenantId: TenantId, rows: ReadonlyArray<Row>) =>
    rows.map((row) => toDeadLetter(tenantId, row))
  const waiting = Effect.fnUntraced(
    function* (tenantId: TenantId, deviceId?: DeviceId) {
      const sent = deviceId === undefined ? sql`` : sql`AND device_id = ${deviceId}`
      const rows = yield* sql<{ count: number; bytes: number }>`
      SELECT count(*)::float8 AS count, coalesce(sum(bytes), 0)::float8 AS bytes
      FROM dead_letters WHERE ${of(tenantId)} AND settled_at IS NULL ${sent}`
      return rows[0] ?? { count: 0, bytes: 0 }
    },
    forTenant,
    orStorageError
  )

  return {
    add: Effect.fnUntraced(function* (tenantId: TenantId, letters: ReadonlyArray<DeadLetter>) {
      if (letters.length > 0) yield* orStorageError(forTenant(insert(sql, tenantId, letters), tenantId))
      return { waiting: (yield* waiting(tenantId)).count }
    }),
    list: Effect.fnUntraced(
      function* (tenantId, { after, format, limit, reason, subject, waiting: waits }) {
        const equal = (column: string, value: string | undefined) =>
          value === undefined ? sql`` : sql`AND ${sql(column)} = ${AnyText.encode(value)}`
        const stillWaiting = waits ? sql`AND settled_at IS NULL` : sql``
        const rows = yield* sql<Row>`SELECT ${columns} FROM dead_letters
        WHERE ${of(tenantId)} ${stillWaiting} ${equal("format", format)} ${equal("subject", subject)}
          ${equal("reason", reason)} AND id > ${AnyText.encode(after ?? "")}
        ORDER BY id LIMIT ${limit}`
        return rowsOf(tenantId, rows)
      },
      forTenant,
      orStorageError
    ),
    get: Effect.fnUntraced(
      function* (tenantId, ids) {
        const rows = yield* sql<Row>`SELECT ${columns} FROM dead_letters
        WHERE ${of(tenantId)} AND id = ANY (${texts(ids)}::text[]) ORDER BY id`
        return rowsOf(tenantId, rows)
      },
      forTenant,
      orStorageError
    ),
    settle: Effect.fnUntraced(
      function* (tenantId, ids, { as, at, by }) {
        yield* sql`WITH chosen AS MATERIALIZED (
          SELECT tenant_key, id FROM dead_letters
          WHERE ${of(tenantId)} AND id = ANY (${texts(ids)}::text[]) AND settled_at IS NULL
          ORDER BY id FOR UPDATE
        )
        UPDATE dead_letters l SET settled_at = ${PgTypes.timestamptz(at)}, settled_by = ${AnyText.encode(by)},
          settled_as = ${as}
        FROM chosen c WHERE l.tenant_key = c.tenant_key AND l.id = c.id AND l.settled_at IS NULL`
      },
      forTenant,
      orStorageError
    ),
    waiting,
    forget: (before, limit) => orStorageError(acrossTenants(forgetLetters(sql, before, limit)))
  }
})

/** Keeps in PostgreSQL the messages that could not become readings. */
export const layer: Layer.Layer<DeadLetterStore, never, SqlClient.SqlClient> = Layer.effect(
  DeadLetterStore,
  make
)

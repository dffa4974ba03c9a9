import {
  type DeviceId,
  type DeviceReading,
  LocalCalendar,
  mainChannel,
  ReadingStore,
  type TenantId,
  UsageStore,
  usualRules
} from "@wattkit/core"
import { usage } from "@wattkit/testkit/model"
import { Effect, Schedule, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { always } from "./household.ts"

/** What one producer sent, and what it was told. */
export interface Ledger {
  readonly deviceId: DeviceId
  readonly sent: Map<number, DeviceReading>
  readonly acknowledged: Set<number>
  /** Acknowledged as new more than once. */
  readonly twice: Array<number>
}

/** A reading of a meter that counts 7 Wh every second, so many seconds after the epoch. */
const reading = (deviceId: DeviceId, seconds: number): DeviceReading => ({
  deviceId,
  channel: mainChannel,
  at: (seconds * 1000) as DeviceReading["at"],
  importWh: seconds * 7 + (seconds % 3) / 10,
  powerW: seconds % 977
})

/**
 * Sends batches until it is interrupted, each until it is acknowledged, and keeps the first ledger.
 *
 * Batches overlap: what was acknowledged is sent again, and a part comes late.
 */
export const produce = (tenantId: TenantId, ledger: Ledger, size = 40) =>
  Effect.gen(function* () {
    const store = yield* ReadingStore
    let next = ledger.sent.size
    const send = Effect.suspend(() => {
      const late = next > 400 && next % 3 === 0 ? next - 300 : next
      const seconds = Array.from({ length: size }, (_, i) => (i < 5 ? late - i : next + i) * 30 + 30_000)
      next += size - 3
      const batch = seconds.map((second) => reading(ledger.deviceId, second))
      for (const one of batch) ledger.sent.set(one.at, one)
      const append = Effect.map(store.append(tenantId, batch), (outcomes) => {
        for (const [i, { at }] of batch.entries()) {
          if (outcomes[i] === "accepted" && ledger.acknowledged.has(at)) ledger.twice.push(at)
          if (outcomes[i] === "accepted" || outcomes[i] === "duplicate") ledger.acknowledged.add(at)
        }
      })
      return Effect.retry(append, Schedule.spaced("20 millis"))
    })
    yield* Effect.forever(send)
  })

/** A ledger with nothing in it. */
export const empty = (deviceId: DeviceId): Ledger => ({
  deviceId,
  sent: new Map(),
  acknowledged: new Set(),
  twice: []
})

/**
 * Begins the second ledger, which the database keeps of every row that is inserted: it has no key, so it
 * shows a row that came twice even if nothing else does.
 */
export const keepSecond = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE second_ledger (channel_key bigint, at timestamptz)`
  yield* sql`CREATE FUNCTION note_second() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN INSERT INTO second_ledger VALUES (NEW.channel_key, NEW.at); RETURN NULL; END $$`
  yield* sql`CREATE TRIGGER second AFTER INSERT ON readings FOR EACH ROW EXECUTE FUNCTION note_second()`
})

/** What the ledgers say of each other; all of it should be nothing. */
export const audit = Effect.fnUntraced(function* (tenantId: TenantId, ledgers: ReadonlyArray<Ledger>) {
  const store = yield* ReadingStore
  const sql = yield* SqlClient.SqlClient
  const found = { lost: 0, phantom: 0, mutated: 0, acceptedTwice: 0, double: 0, unlogged: 0 }
  let rows = 0
  for (const { acknowledged, deviceId, sent, twice } of ledgers) {
    const query = { deviceId, channel: mainChannel, within: always }
    const stored = yield* Stream.runCollect(store.scan(tenantId, query))
    const instants = new Set<number>(stored.map(({ at }) => at))
    rows += stored.length
    found.lost += [...acknowledged].filter((at) => !instants.has(at)).length
    found.phantom += [...instants].filter((at) => !sent.has(at)).length
    found.mutated += stored.filter(
      ({ at, importWh, powerW }) => importWh !== sent.get(at)?.importWh || powerW !== sent.get(at)?.powerW
    ).length
    found.acceptedTwice += twice.length
    found.double += stored.length - instants.size
  }
  const [second] = yield* sql<{ rows: number; keys: number }>`
    SELECT count(*)::int AS rows, count(DISTINCT (channel_key, at))::int AS keys FROM second_ledger`
  found.double += (second?.rows ?? 0) - (second?.keys ?? 0)
  found.unlogged = rows - (second?.keys ?? 0)
  return found
})

/** What an audit says when nothing is wrong. */
export const nothing = { lost: 0, phantom: 0, mutated: 0, acceptedTwice: 0, double: 0, unlogged: 0 }

/**
 * Where usage differs from what the model makes of the readings stored, and, without any model, from what the
 * register of each meter says: its last reading less its first.
 */
export const usageDifferences = Effect.fnUntraced(function* (
  tenantId: TenantId,
  ledgers: ReadonlyArray<Ledger>
) {
  const readings = yield* ReadingStore
  const store = yield* UsageStore
  const found: Array<string> = []
  for (const { deviceId } of ledgers) {
    const query = { deviceId, channel: mainChannel, within: always }
    const stored = yield* Stream.runCollect(readings.scan(tenantId, query))
    const counted = stored.map((one) => ({ reading: one, edited: false }))
    for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
      const asked = { deviceIds: [deviceId], within: always, resolution, limit: 100_000 }
      const cells = yield* store.page(tenantId, asked)
      const is = cells.map(({ channel: _, deviceId: __, ...cell }) => JSON.stringify(cell))
      const expected = usage(counted, usualRules, resolution, LocalCalendar.utc)
      const place = expected.findIndex((cell, i) => JSON.stringify(cell) !== is[i])
      if (place >= 0)
        found.push(`${deviceId} ${resolution}: ${is[place]}, not ${JSON.stringify(expected[place])}`)
      if (is.length !== expected.length) found.push(`${deviceId} ${resolution}: ${is.length} cells`)
      const total = cells.reduce((sum, { imported }) => sum + (imported ?? 0), 0)
      const rise = ((stored.at(-1)?.importWh ?? 0) - (stored[0]?.importWh ?? 0)) * 1000
      if (total !== Math.round(rise)) found.push(`${deviceId} ${resolution}: ${total} mWh, not ${rise}`)
    }
  }
  return found
})

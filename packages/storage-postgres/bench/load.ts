import {
  DeviceId,
  type DeviceReading,
  LocationId,
  LocationStore,
  mainChannel,
  Money,
  TenantId,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { BinaryWriter } from "../src/hot/BinaryWriter.ts"

type At = DeviceReading["at"]

export const deviceCount = 1000
export const batchSize = 5000
export const tenantId = TenantId.make("t")
const everyMs = 10_000
const start = Date.UTC(2026, 0, 5)

const deviceIds = Array.from({ length: deviceCount }, (_, i) => DeviceId.make(`meter-${i}`))

/** What a device says at a tick: power, the register, and the voltage. */
export const saidBy = (device: number, tick: number): DeviceReading => ({
  deviceId: deviceIds[device]!,
  at: (start + tick * everyMs) as At,
  channel: mainChannel,
  powerW: ((device * 31 + tick * 17) % 3000) + 0.5,
  importWh: device * 1000 + tick * 1.25,
  voltageV: 228 + ((device + tick) % 50) / 10
})

/** A tenant with a location and the devices. */
export const household = Effect.gen(function* () {
  const createdAt = 0 as At
  const locationId = LocationId.make("l")
  const place = { name: "House", kind: "house", zone: TimeZone.utc, createdAt } as const
  yield* (yield* TenantStore).add({ id: tenantId, name: "Ada", createdAt })
  const currency = Money.Currency.make("EUR")
  yield* (yield* LocationStore).add({ ...place, id: locationId, tenantId, currency })
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
    SELECT 'meter-' || i, (SELECT key FROM tenants), ${locationId}::text, 'Meter', 'load', 'plug', now()
    FROM generate_series(0, ${deviceCount - 1}::int) AS i`
})

/** So many readings from a tick on, tick by tick, of one of the writers that share the devices. */
export const batches = (
  from: number,
  readings: number,
  shard: { readonly writer: number; readonly of: number },
  again = 0
): ReadonlyArray<ReadonlyArray<DeviceReading>> => {
  const made: Array<Array<DeviceReading>> = []
  const devices = deviceCount / shard.of
  for (let i = 0; i < readings / shard.of; i++) {
    if (i % batchSize === 0) made.push([])
    const device = shard.writer * devices + (i % devices)
    made.at(-1)!.push(saidBy(device, from + Math.floor(i / devices)))
  }
  if (again === 0) return made
  // So many of each batch are sent again with the next one, in the place of readings that are left out.
  return made.map((batch, i) => {
    const before = made[i - 1]
    const sent = Math.round(batch.length * again)
    return before === undefined ? batch : [...batch.slice(0, -sent), ...before.slice(0, sent)]
  })
}

/** How many ticks so many readings are. */
export const ticksOf = (readings: number): number => Math.ceil(readings / deviceCount)

/** The same readings in the same order, as one COPY takes them in. */
export const prepared = (from: number, readings: number): Buffer => {
  const writer = new BinaryWriter(readings * 66 + 100)
  writer.raw(Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"))
  writer.int32(0)
  writer.int32(0)
  for (let i = 0; i < readings; i++) {
    const device = i % deviceCount
    const { at, importWh = 0, powerW = 0, voltageV = 0 } = saidBy(device, from + Math.floor(i / deviceCount))
    writer.int16(5)
    writer.int32(8)
    writer.int64(device + 1)
    writer.int32(8)
    writer.instant(at)
    for (const value of [powerW, importWh, voltageV]) {
      writer.int32(8)
      writer.float64(value)
    }
  }
  writer.int16(-1)
  return writer.written()
}

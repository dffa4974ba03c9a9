import { assert } from "@effect/vitest"
import {
  ChannelReadings,
  type ChannelUsage,
  DeviceId,
  type DeviceReading,
  DeviceStore,
  Instant,
  type KeptResolution,
  LocationId,
  LocationStore,
  mainChannel,
  Money,
  type Reading,
  ReadingStore,
  StorageUpkeep,
  TenantId,
  TenantStore,
  TimeZone,
  UsageCells,
  usageOf,
  type UsageRules,
  UsageStore,
  usualRules
} from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Layer } from "effect"
import { always } from "./household.ts"
import * as TestServer from "./TestServer.ts"

/** The stores on a database of their own server. */
export const stores = Layer.unwrap(
  Effect.map(Effect.flatMap(TestServer.make(), TestServer.freshDatabase), PostgresStorage.layerOptions)
)

let made = 0

/** A device of its own tenant at a location in the zone. */
export const addMeter = Effect.fnUntraced(function* (zone = "UTC", rules?: Partial<UsageRules>) {
  const n = made++
  const tenantId = TenantId.make(`t${n}`)
  const createdAt = 0 as Instant.Instant
  const place = { id: LocationId.make(`l${n}`), tenantId, name: "House", kind: "house", createdAt } as const
  yield* (yield* TenantStore).add({ id: tenantId, name: "Ada", createdAt })
  yield* (yield* LocationStore).add({
    ...place,
    zone: TimeZone.makeOrThrow(zone),
    currency: Money.Currency.make("EUR")
  })
  const deviceId = DeviceId.make(`d${n}`)
  const said = { name: "Meter", role: "load", kind: "plug", parentId: null } as const
  yield* (yield* DeviceStore).add({ id: deviceId, tenantId, locationId: place.id, ...said, createdAt })
  if (rules !== undefined) {
    yield* (yield* UsageStore).setRules(tenantId, deviceId, mainChannel, { ...usualRules, ...rules })
  }
  return { tenantId, deviceId, place }
})

/** A device and its tenant. */
export interface Meter {
  readonly tenantId: TenantId
  readonly deviceId: DeviceId
}

/** The instant of a text. */
export const instant = Instant.fromStringOrThrow

/** Readings of a meter's main channel. */
export const readingsOf = (
  { deviceId }: Meter,
  rows: ReadonlyArray<readonly [at: string | number, said: Partial<Reading>]>
): ReadonlyArray<DeviceReading> =>
  rows.map(([at, said]) => ({
    deviceId,
    channel: mainChannel,
    ...said,
    at: typeof at === "string" ? instant(at) : (at as Instant.Instant)
  }))

/** Stores readings, all of which are new. */
export const say = Effect.fnUntraced(function* (
  meter: Meter,
  rows: ReadonlyArray<readonly [at: string | number, said: Partial<Reading>]>
) {
  const store = yield* ReadingStore
  const readings = readingsOf(meter, rows)
  for (let from = 0; from < readings.length; from += 5000) {
    const told = yield* store.append(meter.tenantId, readings.slice(from, from + 5000))
    assert.isTrue(told.every((outcome) => outcome === "accepted"))
  }
})

/** One kilowatt from one time to another, said every so many minutes, both ends included. */
export const oneKilowatt = (from: string, to: string, minutes: number) => {
  const [start, end] = [instant(from), instant(to)]
  return Array.from(
    { length: (end - start) / (minutes * 60_000) + 1 },
    (_, i) => [start + i * minutes * 60_000, { importWh: 500_000 + (i * minutes * 1000) / 60 }] as const
  )
}

/** Brings usage up to date. */
export const refresh = Effect.flatMap(StorageUpkeep, (upkeep) => upkeep.refreshUsage)

/** The cells of a meter as they are stored, without a refresh. */
export const storedCells = Effect.fnUntraced(function* (
  { deviceId, tenantId }: Meter,
  resolution: KeptResolution,
  within = always
) {
  const store = yield* UsageStore
  return yield* store.page(tenantId, { deviceIds: [deviceId], within, resolution, limit: 200_000 })
})

/** The cells of a meter as they are now. */
export const cellsOf = (meter: Meter, resolution: KeptResolution, within = always) =>
  Effect.andThen(refresh, storedCells(meter, resolution, within))

/** Kilowatt-hours imported, null when nothing is known. */
export const kwhOf = (cells: ReadonlyArray<ChannelUsage>): number | null =>
  cells.every(({ imported }) => imported === null)
    ? null
    : cells.reduce((sum, { imported }) => sum + (imported ?? 0), 0) / 1_000_000

/** The cells that follow from readings all at once. */
export const expectedCells = (readings: ReadonlyArray<Reading>, rules: UsageRules = usualRules) => {
  const sorted = readings.toSorted((a, b) => a.at - b.at)
  const quarter = (at: number) => Math.floor(at / 900_000) * 900_000
  const within = {
    start: quarter(sorted[0]!.at - 1) as Instant.Instant,
    end: (quarter(sorted.at(-1)!.at) + 900_000) as Instant.Instant
  }
  const cells = usageOf(ChannelReadings.fromReadings(sorted), rules, within, { before: true, after: true })
  return UsageCells.toUsages(cells!)
}

/** Cells without whose they are. */
export const bare = ({ channel: _channel, deviceId: _deviceId, ...usage }: ChannelUsage) => usage

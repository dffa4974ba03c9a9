import {
  type Correction,
  DeviceId,
  type DeviceReading,
  DeviceStore,
  type KeptResolution,
  LocationId,
  LocationStore,
  mainChannel,
  Money,
  ReadingStore,
  StorageUpkeep,
  TenantId,
  TenantStore,
  TimeZone,
  type Usage,
  type UsageRules,
  UsageStore,
  usualRules
} from "@wattkit/core"
import { type Bill, bill, type Tariff } from "@wattkit/tariff"
import { Effect } from "effect"
import { always } from "./household.ts"

type At = DeviceReading["at"]
let places = 0

/** The instant of an RFC 3339 time. */
export const at = (time: string): At => Date.parse(time) as At

/** What a reading says, by when. */
export type Said = readonly [time: string, said: Omit<DeviceReading, "deviceId" | "channel" | "at">]

/** Readings of a register in kWh, by when they were taken. */
export const registers = (
  ...said: ReadonlyArray<readonly [time: string, kwh: number]>
): ReadonlyArray<Said> => said.map(([time, kwh]) => [time, { importWh: Number((kwh * 1000).toFixed(3)) }])

/** A register that is read so often while the same power is drawn. */
export const steady = (from: string, to: string, minutes: number, powerW: number): ReadonlyArray<Said> => {
  const count = (at(to) - at(from)) / (minutes * 60_000)
  return Array.from({ length: count + 1 }, (_, i) => [
    new Date(at(from) + i * minutes * 60_000).toISOString(),
    { importWh: (i * powerW * minutes) / 60 }
  ])
}

/** A tenant of its own with one meter in a zone. */
export const make = Effect.fnUntraced(function* (zone: string, rules: Partial<UsageRules> = {}) {
  const name = `case${places++}`
  const tenantId = TenantId.make(name)
  const locationId = LocationId.make(name)
  const deviceId = DeviceId.make(name)
  const createdAt = 0 as At
  const place = { id: locationId, tenantId, name, kind: "house", createdAt } as const
  yield* (yield* TenantStore).add({ id: tenantId, name, createdAt })
  const currency = Money.Currency.make("EUR")
  yield* (yield* LocationStore).add({ ...place, zone: TimeZone.makeOrThrow(zone), currency })
  const said = { name, role: "grid", kind: "grid_meter", parentId: null } as const
  yield* (yield* DeviceStore).add({ id: deviceId, tenantId, locationId, ...said, createdAt })
  const readings = yield* ReadingStore
  const usage = yield* UsageStore
  const upkeep = yield* StorageUpkeep
  const identity = { deviceId, channel: mainChannel }
  yield* usage.setRules(tenantId, deviceId, mainChannel, { ...usualRules, ...rules })
  const reading = ([time, quantities]: Said): DeviceReading => ({ ...identity, at: at(time), ...quantities })
  const cells = (resolution: KeptResolution, within = always) =>
    Effect.andThen(
      upkeep.refreshUsage,
      usage.page(tenantId, { deviceIds: [deviceId], within, resolution, limit: 100_000 })
    )
  return {
    tenantId,
    identity,
    append: (...all: ReadonlyArray<Said>) => readings.append(tenantId, all.map(reading)),
    correct: (correction: Pick<Correction, "at" | "madeAt">, said: Said | null) => {
      const why = { by: "ada", reason: "read again", ...correction }
      const { deviceId: _, ...instead } = said === null ? { deviceId } : reading(said)
      return readings.correct(tenantId, [
        { ...identity, ...why, reading: said === null ? null : (instead as DeviceReading) }
      ])
    },
    setRules: (changed: Partial<UsageRules>) =>
      usage.setRules(tenantId, deviceId, mainChannel, { ...usualRules, ...changed }),
    refresh: upkeep.refreshUsage,
    latest: readings.latest(tenantId, [deviceId]),
    revisions: (time: string) => readings.revisions(tenantId, { ...identity, at: at(time) }),
    cells
  }
})

/** What cells say by when they begin, in kWh; null where nothing is known. */
export const kwh = (cells: ReadonlyArray<Usage>): Readonly<Record<string, number | null>> =>
  Object.fromEntries(
    cells.map(({ imported, within }) => [
      new Date(within.start).toISOString().slice(0, 16),
      imported === null ? null : imported / 1e6
    ])
  )

/** The whole milliwatt-hours of all cells. */
export const total = (cells: ReadonlyArray<Usage>): number =>
  cells.reduce((sum, { imported }) => sum + (imported ?? 0), 0)

/** How often each event was told. */
export const events = (cells: ReadonlyArray<Usage>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const event of cells.flatMap((cell) => cell.events)) counts[event] = (counts[event] ?? 0) + 1
  return counts
}

type Price = Extract<Tariff["versions"][0]["charges"][number], { readonly kind: "energy" }>["price"]

/** What cells cost at a price that is another one in the hours of a local time. */
export const cost = (
  cells: ReadonlyArray<Usage>,
  { from, inside, outside, to, zone }: Record<"from" | "inside" | "outside" | "to" | "zone", string>
): Bill["total"] => {
  const price: Price = { kind: "tou", set: "hours", prices: { inside, outside } }
  const energy = {
    kind: "energy",
    id: "energy",
    label: "Energy",
    group: "supply",
    direction: "import"
  } as const
  const hours = {
    periods: [{ id: "outside" }, { id: "inside" }],
    default: "outside",
    rules: [{ period: "inside", from, to }]
  } as const
  const cycle = { kind: "calendarMonth" } as const
  const billing = { cycle, tierProration: "byDays", taxIncluded: false } as const
  const tariff: Tariff = {
    id: "case",
    name: "Case",
    currency: "EUR",
    timeZone: zone,
    commodity: "electricity",
    touSets: { hours },
    versions: [
      { id: "1", validFrom: "2010-01-01", charges: [{ ...energy, price }], export: { kind: "none" }, billing }
    ]
  }
  const known = cells.filter(({ imported }) => imported !== null)
  const usage = {
    start: known.map(({ within }) => within.start),
    end: known.map(({ within }) => within.end),
    importMWh: known.map(({ imported }) => imported)
  }
  return bill(tariff, usage, { start: usage.start[0]!, end: usage.end.at(-1)! }).total
}

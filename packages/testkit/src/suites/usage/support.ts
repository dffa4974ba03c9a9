import { assert } from "@effect/vitest"
import {
  ChannelReadings,
  type ChannelUsage,
  type DeadLetterStore,
  type DeviceId,
  type DeviceReading,
  DeviceStore,
  Instant,
  type Interval,
  type KeptResolution,
  LocationStore,
  mainChannel,
  type QuarantineStore,
  type Reading,
  ReadingStore,
  StorageUpkeep,
  type TenantId,
  type TenantStore,
  TimeZone,
  type Usage,
  UsageCells,
  usageOf,
  type UsageRules,
  UsageStore,
  usualRules
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { addTenant, freshDevice, freshLocation } from "../registered.ts"

/**
 * What the checks of usage need: what it is computed from and by, the records beside it, and the registry.
 */
export type Needs =
  | UsageStore
  | ReadingStore
  | StorageUpkeep
  | DeadLetterStore
  | QuarantineStore
  | DeviceStore
  | LocationStore
  | TenantStore

/** One promise of a usage store. */
export type UsageCheck = Check<Needs>

/** The instant of a text. */
export const instant = Instant.fromStringOrThrow

/** The milliwatt-hours of kilowatt-hours. */
export const kWh = (value: number): number => Math.round(value * 1_000_000)

/** All of time. */
export const always: Interval.Interval = {
  start: Instant.MIN_MILLIS as Instant.Instant,
  end: Instant.MAX_MILLIS as Instant.Instant
}

/** The usual rules, but for what is said. */
export const rulesOf = (over: Partial<UsageRules>): UsageRules => ({ ...usualRules, ...over })

/** Adds a tenant with so many devices at a location in the zone. */
export const addMeters = Effect.fnUntraced(function* (zone: string, count: number) {
  const tenant = yield* addTenant
  const place = freshLocation(tenant.id, { zone: TimeZone.makeOrThrow(zone) })
  yield* (yield* LocationStore).add(place)
  const deviceIds: Array<DeviceId> = []
  for (let i = 0; i < count; i++) {
    const device = freshDevice(place)
    yield* (yield* DeviceStore).add(device)
    deviceIds.push(device.id)
  }
  return { tenantId: tenant.id, place, deviceIds }
})

/** A device of its own tenant at a location in the zone, under rules of its main channel. */
export const addMeter = Effect.fnUntraced(function* (zone = "UTC", rules?: Partial<UsageRules>) {
  const { deviceIds, place, tenantId } = yield* addMeters(zone, 1)
  const deviceId = deviceIds[0]!
  if (rules !== undefined) {
    yield* (yield* UsageStore).setRules(tenantId, deviceId, mainChannel, rulesOf(rules))
  }
  return { tenantId, deviceId, place }
})

/** A device and its tenant. */
export interface Meter {
  readonly tenantId: TenantId
  readonly deviceId: DeviceId
}

/** A reading of the main channel. */
export const readingAt = (
  { deviceId }: Meter,
  at: string | Instant.Instant,
  said: Partial<Reading>
): DeviceReading => ({
  deviceId,
  channel: mainChannel,
  ...said,
  at: typeof at === "string" ? instant(at) : at
})

/** Stores readings of a meter, each an instant and what it says; they are all new. */
export const say = Effect.fnUntraced(function* (
  meter: Meter,
  rows: ReadonlyArray<readonly [at: string | Instant.Instant, said: Partial<Reading>]>
) {
  const store = yield* ReadingStore
  const batch = rows.map(([at, said]) => readingAt(meter, at, said))
  for (let from = 0; from < batch.length; from += 1000) {
    const told = yield* store.append(meter.tenantId, batch.slice(from, from + 1000))
    assert.isTrue(told.every((outcome) => outcome === "accepted"))
  }
})

/** Stores registers of a meter in kWh. */
export const sayRegisters = (meter: Meter, rows: ReadonlyArray<readonly [at: string, kWh: number]>) =>
  say(
    meter,
    rows.map(([at, register]) => [at, { importWh: register * 1000 }])
  )

/** A register that counts one kilowatt, said every `minutes` from one instant to another, both included. */
export const oneKilowatt = (
  from: string,
  to: string,
  minutes: number
): ReadonlyArray<readonly [Instant.Instant, Partial<Reading>]> => {
  const [start, end] = [instant(from), instant(to)]
  return Array.from({ length: (end - start) / (minutes * 60_000) + 1 }, (_, i) => [
    Instant.plus(start, i * minutes * 60_000),
    { importWh: 500_000 + (i * minutes * 1000) / 60 }
  ])
}

/** Brings usage up to date and answers all cells of a device, read page by page. */
export const cellsOf = Effect.fnUntraced(function* (
  { deviceId, tenantId }: Meter,
  resolution: KeptResolution,
  within: Interval.Interval = always
) {
  yield* (yield* StorageUpkeep).refreshUsage
  const store = yield* UsageStore
  const cells: Array<ChannelUsage> = []
  for (const limit = 1000; ;) {
    const last = cells.at(-1)
    const after = last && { deviceId, channel: last.channel, start: last.within.start }
    const page = yield* store.page(tenantId, { deviceIds: [deviceId], within, resolution, after, limit })
    cells.push(...page)
    assert.isBelow(cells.length, 1_000_000, "pages do not end")
    if (page.length < limit) return cells
  }
})

/** The whole of an energy, null when nothing is known of it. */
export const sumOf = (cells: ReadonlyArray<Usage>, of: "imported" | "exported" = "imported") =>
  cells.reduce<number | null>((sum, cell) => (cell[of] === null ? sum : (sum ?? 0) + cell[of]), null)

/** The energies imported by start, of cells that have one. */
export const imports = (cells: ReadonlyArray<Usage>): Record<string, number> =>
  Object.fromEntries(
    cells.flatMap(({ imported, within }) =>
      imported === null ? [] : [[Instant.format(within.start), imported]]
    )
  )

/** All events of cells. */
export const eventsOf = (cells: ReadonlyArray<Usage>) => cells.flatMap(({ events }) => events)

/** A cell without whose it is. */
export const bare = ({ channel: _, deviceId: __, ...usage }: ChannelUsage): Usage => usage

const QUARTER = UsageCells.CELL_MS

/** The quarter hours that follow from readings, as the rules say, computed in one go. */
export const expectedQuarters = (
  readings: ReadonlyArray<Reading>,
  rules: UsageRules,
  edited: ReadonlySet<number> = new Set()
): ReadonlyArray<Usage> => {
  const sorted = [...readings].sort((a, b) => a.at - b.at)
  const columns = ChannelReadings.fromReadings(sorted, (at) => edited.has(at))
  const first = Math.min(...sorted.map(({ at, since }) => Math.min(at - 1, since ?? at)))
  const last = Math.max(...sorted.map(({ at }) => at))
  if (sorted.length === 0) return []
  const within = {
    start: (Math.floor(first / QUARTER) * QUARTER) as Instant.Instant,
    end: ((Math.floor(last / QUARTER) + 1) * QUARTER) as Instant.Instant
  }
  const cells = usageOf(columns, rules, within, { before: true, after: true })
  return cells === undefined
    ? assert.fail("usage of all readings is not decided")
    : UsageCells.toUsages(cells)
}

const worse = (a: Usage["quality"], b: Usage["quality"]) =>
  UsageCells.qualities.indexOf(a) > UsageCells.qualities.indexOf(b) ? a : b

const plus = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : a + b)
const least = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b))
const most = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b))

/** Quarter hours added up to the cells they lie in. */
export const expectedSums = (
  quarters: ReadonlyArray<Usage>,
  cellOf: (start: Instant.Instant) => Interval.Interval
): ReadonlyArray<Usage> => {
  const cells = new Map<number, Usage>()
  for (const quarter of quarters) {
    const within = cellOf(quarter.within.start)
    const before = cells.get(within.start)
    const sum = before && {
      within,
      imported: plus(before.imported, quarter.imported) as Usage["imported"],
      exported: plus(before.exported, quarter.exported) as Usage["exported"],
      estimated: (before.estimated + quarter.estimated) as Usage["estimated"],
      coveredMs: before.coveredMs + quarter.coveredMs,
      quality: worse(before.quality, quarter.quality),
      events: UsageCells.events.filter(
        (event) => before.events.includes(event) || quarter.events.includes(event)
      ),
      powerMinW: least(before.powerMinW, quarter.powerMinW),
      powerMaxW: most(before.powerMaxW, quarter.powerMaxW),
      readings: before.readings + quarter.readings
    }
    cells.set(within.start, sum ?? { ...quarter, within })
  }
  return [...cells.values()]
}

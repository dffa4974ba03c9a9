import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Reading } from "../model/Reading.ts"
import { DeadLetterStore } from "../ports/DeadLetterStore.ts"
import { DeviceStore } from "../ports/DeviceStore.ts"
import { OneTimeStore } from "../ports/identity/OneTimeStore.ts"
import { SessionStore } from "../ports/identity/SessionStore.ts"
import { LocationStore } from "../ports/LocationStore.ts"
import { QuarantineStore } from "../ports/QuarantineStore.ts"
import { type Retention, StorageUpkeep, usualRetention } from "../ports/StorageUpkeep.ts"
import type { KeptResolution } from "../ports/UsageStore.ts"
import { DAY } from "../time/CivilDay.ts"
import type { Instant } from "../time/Instant.ts"
import * as ZoneHistory from "../time/ZoneHistory.ts"
import { type Cells, countedOf, type KeptChannel, KeptReadings } from "./KeptReadings.ts"
import { refresh } from "./usageCells.ts"

/** So many readings of each kind stay before the horizon, for the steps over it and late readings near it. */
const ANCHORS = 64

const isThereBefore = ({ devices }: KeptReadings, from: number, before: number): boolean =>
  [...devices.values()].some((known) =>
    [...known.values()].some(({ versions }) => [...versions.keys()].some((at) => at >= from && at < before))
  )

/** What usage may be computed from. */
const kinds: ReadonlyArray<(reading: Reading) => boolean> = [
  ({ importWh }) => importWh !== undefined,
  ({ exportWh }) => exportWh !== undefined,
  ({ exportDeltaWh, importDeltaWh }) => (importDeltaWh ?? exportDeltaWh) !== undefined,
  ({ powerW }) => powerW !== undefined
]

/** Gives up the readings of a channel before the horizon, and answers the days of those it showed. */
const giveUpReadings = (channel: KeptChannel, shownFrom: number, horizon: number): ReadonlyArray<number> => {
  const old = [...channel.versions.keys()].filter((at) => at < horizon)
  const counted = countedOf(channel, Number.NEGATIVE_INFINITY).filter(({ reading }) => reading.at < horizon)
  const stays = new Set(
    kinds.flatMap((isOfKind) =>
      counted
        .filter(({ reading }) => isOfKind(reading))
        .slice(-ANCHORS)
        .map(({ reading }) => reading.at)
    )
  )
  for (const at of old) if (!stays.has(at)) channel.versions.delete(at)
  return old.filter((at) => at >= shownFrom).map((at) => Math.floor(at / DAY))
}

const resolutions = ["PT15M", "PT1H", "P1D"] as const

const giveUpCells = (channel: KeptChannel, cellsFrom: KeptReadings["cellsFrom"]): number => {
  const count = (cells: Cells) => resolutions.reduce((sum, resolution) => sum + cells[resolution].size, 0)
  const left = (resolution: KeptResolution) =>
    new Map([...channel.cells[resolution]].filter(([start]) => start >= cellsFrom[resolution]))
  const before = count(channel.cells)
  channel.cells = { PT15M: left("PT15M"), PT1H: left("PT1H"), P1D: left("P1D") }
  return before - count(channel.cells)
}

const make = Effect.gen(function* () {
  const registry = yield* DeviceStore
  const locations = yield* LocationStore
  const letters = yield* DeadLetterStore
  const quarantine = yield* QuarantineStore
  const sessions = yield* SessionStore
  const oneTimes = yield* OneTimeStore
  const kept = yield* KeptReadings

  const refreshUsage = Effect.gen(function* () {
    let channels = 0
    const changed = { PT15M: 0, PT1H: 0, P1D: 0 }
    for (const known of kept.devices.values()) {
      for (const channel of known.values()) {
        const device = yield* Effect.orDie(registry.get(channel.tenantId, channel.deviceId))
        const zones = yield* Effect.orDie(locations.zones(channel.tenantId, device.locationId))
        const done = refresh(kept, channel, ZoneHistory.calendarOf(zones))
        if (done === undefined) continue
        channels++
        for (const resolution of resolutions) changed[resolution] += done[resolution]
      }
    }
    return { channels, changed }
  })

  const retain = Effect.fnUntraced(function* (now: Instant, retention: Retention) {
    yield* refreshUsage
    const from = (days: number) => (Math.floor(now / DAY) - days) * DAY
    const shownFrom = kept.readingsFrom
    const wanted = from(retention.readingDays)
    const horizon = wanted > shownFrom && isThereBefore(kept, shownFrom, wanted) ? wanted : shownFrom
    kept.readingsFrom = horizon
    // Quarter hours stay as long as the readings they are computed from.
    const { PT15M, PT1H, P1D } = kept.cellsFrom
    kept.cellsFrom.PT15M = Math.max(PT15M, Math.min(horizon, from(retention.quarterHourDays)))
    kept.cellsFrom.PT1H = Math.max(PT1H, from(retention.hourDays))
    kept.cellsFrom.P1D = Math.max(P1D, from(retention.dayDays))
    const days = new Set<number>()
    let droppedCells = 0
    for (const channel of [...kept.devices.values()].flatMap((known) => [...known.values()])) {
      for (const day of giveUpReadings(channel, shownFrom, horizon)) days.add(day)
      droppedCells += giveUpCells(channel, kept.cellsFrom)
    }
    const { deadLetterDays, sessionDays, settledDays } = { ...usualRetention, ...retention }
    let droppedRecords = 0
    for (const [{ forget }, days] of [
      [letters, deadLetterDays],
      [quarantine, settledDays],
      [sessions, sessionDays],
      [oneTimes, sessionDays]
    ] as const) {
      droppedRecords += yield* forget(from(days) as Instant, Number.POSITIVE_INFINITY)
    }
    return { readingsFrom: horizon as Instant, droppedReadingDays: days.size, droppedCells, droppedRecords }
  })

  return { refreshUsage, lag: Effect.succeed(0), retain } satisfies StorageUpkeep
})

/** Looks after the readings, the usage and the records in memory. */
export const layer: Layer.Layer<
  StorageUpkeep,
  never,
  DeviceStore | LocationStore | DeadLetterStore | QuarantineStore | SessionStore | OneTimeStore | KeptReadings
> = Layer.effect(StorageUpkeep, make)

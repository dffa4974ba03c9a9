import { mainChannel } from "../model/ids.ts"
import type { Reading } from "../model/Reading.ts"
import type { Usage } from "../model/Usage.ts"
import { type UsageRules, usualRules } from "../model/UsageRules.ts"
import * as Instant from "../time/Instant.ts"
import type { Interval } from "../time/Interval.ts"
import { fromReadings } from "./ChannelReadings.ts"
import { CELL_MS, toUsages } from "./UsageCells.ts"
import { usageOf } from "./usageOf.ts"

/** A reading of the main channel at a time of 2026-06-01, or at a whole RFC 3339 time. */
export const reading = (time: string, said: Omit<Reading, "at" | "channel" | "since">): Reading => ({
  at: at(time),
  channel: mainChannel,
  ...said
})

export const at = (time: string): Instant.Instant =>
  Instant.fromStringOrThrow(time.includes("T") ? time : `2026-06-01T${time.padEnd(8, ":00")}Z`)

/** Registers in kWh by time. */
export const registers = (said: Readonly<Record<string, number>>): ReadonlyArray<Reading> =>
  Object.entries(said).map(([time, kwh]) => reading(time, { importWh: Math.round(kwh * 1e9) / 1e6 }))

/** The quarter hours that the readings touch. */
export const spanOf = (readings: ReadonlyArray<Reading>): Interval => {
  const instants = readings.flatMap((one) => [one.at, one.since ?? one.at])
  return {
    start: (Math.floor((Math.min(...instants) - 1) / CELL_MS) * CELL_MS) as Instant.Instant,
    end: (Math.floor(Math.max(...instants) / CELL_MS + 1) * CELL_MS) as Instant.Instant
  }
}

/** The usage of all readings there are. */
export const usage = (
  readings: ReadonlyArray<Reading>,
  rules: Partial<UsageRules> = {},
  isEdited?: (instant: Instant.Instant) => boolean
): ReadonlyArray<Usage> => {
  const cells = usageOf(fromReadings(readings, isEdited), { ...usualRules, ...rules }, spanOf(readings), {
    before: true,
    after: true
  })
  if (cells === undefined) throw new Error("all readings are given and still they are too few")
  return toUsages(cells)
}

/** Imported watt-hours of all, or of those that begin within an interval. */
export const importedWh = (cells: ReadonlyArray<Usage>, within?: Interval): number =>
  cells
    .filter(
      (cell) => within === undefined || (cell.within.start >= within.start && cell.within.start < within.end)
    )
    .reduce((sum, cell) => sum + (cell.imported ?? 0), 0) / 1000

/** Every event, as often as it was told. */
export const eventsIn = (cells: ReadonlyArray<Usage>): ReadonlyArray<string> =>
  cells.flatMap((cell) => cell.events)

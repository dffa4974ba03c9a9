import { type ChannelUsage, Instant } from "@wattkit/core"

/** What a file is written as. */
export type Format = "csv" | "ndjson"

/** The first line of a file of usage. */
export const usageHeader =
  "device,channel,start,end,importedWh,exportedWh,estimatedWh,coveredMs,quality,events," +
  "powerMinW,powerMaxW,readings"

const wattHours = (milliwattHours: number | null): number | null =>
  milliwattHours === null ? null : milliwattHours / 1000

const entriesOf = (usage: ChannelUsage) => ({
  device: usage.deviceId,
  channel: usage.channel,
  start: Instant.format(usage.within.start),
  end: Instant.format(usage.within.end),
  importedWh: wattHours(usage.imported),
  exportedWh: wattHours(usage.exported),
  estimatedWh: wattHours(usage.estimated),
  coveredMs: usage.coveredMs,
  quality: usage.quality,
  events: usage.events,
  powerMinW: usage.powerMinW,
  powerMaxW: usage.powerMaxW,
  readings: usage.readings
})

/** The rows of usage, each with the end of its line; what is not known is an empty cell, or null. */
export const usageRows = (cells: ReadonlyArray<ChannelUsage>, format: Format): string => {
  let text = ""
  for (const cell of cells) {
    const entries = entriesOf(cell)
    text +=
      format === "ndjson"
        ? `${JSON.stringify(entries)}\n`
        : `${Object.values({ ...entries, events: cell.events.join(" ") })
            .map((value) => value ?? "")
            .join(",")}\n`
  }
  return text
}

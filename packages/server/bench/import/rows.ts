import { once } from "node:events"
import { createWriteStream } from "node:fs"
import type { DeviceReading } from "@wattkit/core"
import { CsvText, NdjsonText } from "@wattkit/transport-http"

/** The devices of a house that measures everything. */
export const deviceIds = Array.from({ length: 30 }, (_, i) => `meter-${i}` as DeviceReading["deviceId"])

const start = Date.UTC(2025, 10, 1)
const minute = 60_000

/** A reading a minute of every device: power and a register, as a meter says them. */
const rowAt = (i: number): DeviceReading => {
  const device = i % deviceIds.length
  const at = Math.floor(i / deviceIds.length)
  return {
    deviceId: deviceIds[device]!,
    channel: "main" as DeviceReading["channel"],
    at: (start + at * minute) as DeviceReading["at"],
    powerW: Math.round((500 + 400 * Math.sin(at / 200 + device)) * 10) / 10,
    importWh: Math.round((100_000 + device * 1000 + at * 8.3) * 1000) / 1000
  }
}

/** Rows in the order of time, some at a time. */
export function* pieces(from: number, count: number, size = 50_000): Generator<Array<DeviceReading>> {
  for (let at = from; at < from + count; at += size) {
    const length = Math.min(size, from + count - at)
    yield Array.from({ length }, (_, i) => rowAt(at + i))
  }
}

/** Writes rows to a file, in the format of its name. */
export const write = async (path: string, from: number, count: number): Promise<void> => {
  const isCsv = path.endsWith(".csv")
  const file = createWriteStream(path)
  if (isCsv) file.write(`${CsvText.header}\n`)
  for (const piece of pieces(from, count, 5000)) {
    if (!file.write(isCsv ? CsvText.rows(piece) : NdjsonText.rows(piece))) await once(file, "drain")
  }
  file.end()
  await once(file, "close")
}

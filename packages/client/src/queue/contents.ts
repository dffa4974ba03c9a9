import type { DeviceReading } from "../contract.gen.ts"
import type { QueuedCall } from "./calls.ts"
import type { Entry } from "./Entries.ts"

/** What an entry holds: readings, a call, or a text where something else wrote into the storage. */
export const contentOf = (
  { kind }: Entry,
  text: string
): ReadonlyArray<DeviceReading> | QueuedCall | string => {
  try {
    const value: unknown = JSON.parse(text)
    if (kind === "q") return Array.isArray(value) ? (value as ReadonlyArray<DeviceReading>) : text
    return typeof value === "object" && value !== null && "endpoint" in value ? (value as QueuedCall) : text
  } catch {
    return text
  }
}

/** What is sent together: readings as they follow each other, or one call. */
export const firstOf = (entries: ReadonlyArray<Entry>, batchSize: number): ReadonlyArray<Entry> => {
  if (entries[0]?.kind === "c") return entries.slice(0, 1)
  const next = entries.findIndex(({ kind }) => kind === "c")
  let count = 0
  return (next === -1 ? entries : entries.slice(0, next)).filter(
    (entry, i) => (count += entry.count) <= batchSize || i === 0
  )
}

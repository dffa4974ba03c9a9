import { assert, describe, it } from "vitest"
import { startOfDay } from "./startOfDay.ts"

describe("startOfDay", () => {
  const table: ReadonlyArray<readonly [zone: string, now: string, start: string]> = [
    ["UTC", "2026-11-21T12:00:00Z", "2026-11-21T00:00:00.000Z"],
    ["Europe/Berlin", "2026-11-20T23:00:00Z", "2026-11-20T23:00:00.000Z"],
    // A day of 25 hours, asked near its end.
    ["Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-24T22:00:00.000Z"],
    // A day of 23 hours.
    ["America/New_York", "2026-03-09T03:59:00Z", "2026-03-08T05:00:00.000Z"],
    // This day has no midnight: the clocks go from 24:00 to 01:00.
    ["America/Santiago", "2026-09-06T15:00:00Z", "2026-09-06T04:00:00.000Z"],
    ["Asia/Kathmandu", "2026-01-01T00:00:00Z", "2025-12-31T18:15:00.000Z"]
  ]
  it.each(table)("in %s at %s", (zone, now, start) => {
    assert.strictEqual(new Date(startOfDay(Date.parse(now), zone)).toISOString(), start)
  })
})

import type { Instant } from "@wattkit/core"

/** How far a device's clock may be off before its reading is turned away. */
export interface ClockTolerance {
  readonly aheadMs: number
  /** The oldest instant a reading may carry; a clock that was never set says 1970. */
  readonly oldest: number
}

/** Five minutes ahead, and nothing before the year 2000. */
export const clockTolerance: ClockTolerance = { aheadMs: 5 * 60_000, oldest: Date.UTC(2000, 0, 1) }

/** What an instant is turned away for: clocks that were never set, and clocks that are ahead. */
export const clockFault = (
  at: Instant.Instant,
  now: Instant.Instant,
  tolerance: ClockTolerance = clockTolerance
): { readonly reason: "too_old" | "future"; readonly message: string } | undefined => {
  if (at < tolerance.oldest) return { reason: "too_old", message: "is before 2000; the clock was never set" }
  if (at <= now + tolerance.aheadMs) return undefined
  const seconds = Math.round((at - now) / 1000)
  return { reason: "future", message: `is ${seconds} s in the future; check the clock of the device` }
}

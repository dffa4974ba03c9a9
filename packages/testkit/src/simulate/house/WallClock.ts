/** What a clock on the wall shows in an IANA zone, and the way back; a local date is written `YYYY-MM-DD`. */

const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric"
    })
    formats.set(zone, format)
  }
  return format
}

/** How far the wall clock is ahead of UTC at an instant, in milliseconds. */
export const offsetAt = (zone: string, at: number): number => {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** The local date at an instant. */
export const dateAt = (zone: string, at: number): string =>
  new Date(at + offsetAt(zone, at)).toISOString().slice(0, 10)

/** The date so many days later (or earlier). */
export const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)

/** 0 is Sunday. */
export const weekdayOf = (date: string): number => new Date(date).getUTCDay()

/**
 * The instant at which the wall clock shows `minutes` after midnight of `date`.
 *
 * A time that occurs twice is the earlier of the two; one that the clock jumps over is read with the offset
 * before the jump, as most alarm clocks do.
 */
export const instantOf = (zone: string, date: string, minutes: number): number => {
  const wall = Date.parse(date) + Math.round(minutes * 60_000)
  const before = offsetAt(zone, wall - dayMs)
  const after = offsetAt(zone, wall + dayMs)
  if (before === after || offsetAt(zone, wall - before) === before) return wall - before
  return offsetAt(zone, wall - after) === after ? wall - after : wall - before
}

const dates = new Map<string, Intl.DateTimeFormat>()

const dateOf = (at: number, zone: string): string => {
  let format = dates.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" })
    dates.set(zone, format)
  }
  return format.format(at)
}

const longestDayMs = 26 * 3_600_000

/**
 * The first instant of the local day that `now` belongs to.
 *
 * It is searched for rather than computed: a day may be 23 or 25 hours long, and in some zones it begins at
 * one o'clock when the clocks change.
 */
export const startOfDay = (now: number, zone: string): number => {
  const today = dateOf(now, zone)
  let [before, within] = [now - longestDayMs, now]
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2)
    if (dateOf(middle, zone) === today) within = middle
    else before = middle
  }
  return within
}

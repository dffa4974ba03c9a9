/** How to write a time of day: the reader's language, the location's clock. */
export interface Clock {
  readonly locale: string | undefined
  readonly zone: string | undefined
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** A time of day on the clock of the location. */
export const formatTime = (at: number, { locale, zone }: Clock, withSeconds = false): string => {
  const key = `${locale} ${zone} ${withSeconds}`
  let format = clocks.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, {
      hour: "2-digit",
      minute: "2-digit",
      ...(withSeconds ? { second: "2-digit" } : {}),
      ...(zone === undefined ? {} : { timeZone: zone })
    })
    clocks.set(key, format)
  }
  return format.format(at)
}

const units = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
  { unit: "second", ms: 1000 }
] as const

/** Less than this is now: a second here or there says nothing. */
const nowMs = 10_000

/** How long ago something was, in the largest unit that says something: “now”, “12 minutes ago”. */
export const formatAge = (ms: number, locale: string | undefined): string => {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: ms < nowMs ? "auto" : "always" })
  if (ms < nowMs) return format.format(0, "second")
  const { ms: size, unit } = units.find((one) => ms >= one.ms) ?? units.at(-1)!
  return format.format(-Math.floor(ms / size), unit)
}

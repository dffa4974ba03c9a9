import {
  type ChannelUsage,
  type Instant,
  type Interval,
  type LocalCalendar,
  Resolution,
  type Usage,
  type UsageCursor
} from "@wattkit/core"
import { sumBy, sumUsage } from "./sumUsage.ts"

const monthOf = ({ within }: Usage, calendar: LocalCalendar.LocalCalendar): Interval.Interval =>
  Resolution.cellOf(within.start, "P1M", calendar)

/** The whole months that begin within an interval, as one interval of days. */
export const monthsWithin = (
  { end, start }: Interval.Interval,
  calendar: LocalCalendar.LocalCalendar
): Interval.Interval => {
  const first = Resolution.cellOf(start, "P1M", calendar)
  const from = first.start === start ? start : first.end
  if (from >= end) return { start: from, end: from }
  return { start: from, end: Resolution.cellOf((end - 1) as Instant.Instant, "P1M", calendar).end }
}

/** The cursor after every day of the month that a cursor names. */
export const afterMonth = (
  after: UsageCursor | undefined,
  calendar: LocalCalendar.LocalCalendar
): UsageCursor | undefined => {
  if (after === undefined) return undefined
  const { end } = Resolution.cellOf(after.start, "P1M", calendar)
  return { ...after, start: (end - 1) as Instant.Instant }
}

/** The months of channels: each is the sum of its days, which stand by device, channel and start. */
export const sumMonths = (
  days: ReadonlyArray<ChannelUsage>,
  calendar: LocalCalendar.LocalCalendar
): ReadonlyArray<ChannelUsage> =>
  sumBy(
    days,
    (day) => `${day.deviceId}/${day.channel}/${monthOf(day, calendar).start}`,
    (first, group) => ({
      deviceId: first.deviceId,
      channel: first.channel,
      ...sumUsage(monthOf(first, calendar), group)
    })
  )

/** The months of a total: each is the sum of its days, which stand by start. */
export const sumTotalMonths = (
  days: ReadonlyArray<Usage>,
  calendar: LocalCalendar.LocalCalendar
): ReadonlyArray<Usage> =>
  sumBy(
    days,
    (day) => String(monthOf(day, calendar).start),
    (first, group) => sumUsage(monthOf(first, calendar), group)
  )

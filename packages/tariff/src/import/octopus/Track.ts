import type { Charge } from "../../model/charge/Charge.ts"
import type { Series } from "../../model/Series.ts"
import { formatDate, formatInstant } from "../../time/Civil.ts"
import { dayOf, startOfDay } from "../../time/Clock.ts"
import { Document } from "../Document.ts"
import { refuse } from "../NotImported.ts"
import { assemble } from "../prices/assemble.ts"
import { requireClock } from "../prices/LocalTimes.ts"
import type { Entry } from "./Pages.ts"

/** One charge and how its price changes over time: by days, or as a series that holds all along. */
export interface Track {
  /** Sorted; the first may begin, and the last end, nowhere. */
  readonly spans: ReadonlyArray<{ readonly from: number; readonly to: number; readonly charge: Charge }>
  readonly series: Series | undefined
}

const clock = requireClock("Europe/London", "timeZone")

/** More changes than this become a series, which is quicker to bill than as many versions. */
const MOST_VERSIONS = 60

const isMidnight = (instant: number): boolean =>
  !Number.isFinite(instant) || startOfDay(clock, dayOf(clock, instant)) === instant

/** The date in London at an instant. */
export const localDate = (instant: number): string => formatDate(dayOf(clock, instant))

/** The local date of a midnight in London. */
export const dateOf = (instant: number, path: string): string => {
  if (!isMidnight(instant))
    refuse("refused", path, `the standing charge changes at ${formatInstant(instant)}, within a day`)
  return localDate(instant)
}

/** How a track is made. */
export interface TrackOptions {
  readonly path: string
  readonly id: string
  readonly valueOf: (entry: Entry) => string
  /** Where open prices of a series begin and end. */
  readonly from: number | undefined
  readonly until: number | undefined
}

const closed = (entries: ReadonlyArray<Entry>, options: TrackOptions): ReadonlyArray<Entry> =>
  entries.map((entry) => {
    const from = Number.isFinite(entry.from) ? entry.from : options.from
    const to = Number.isFinite(entry.to) ? entry.to : options.until
    if (from === undefined || to === undefined || to <= from)
      return refuse(
        "incomplete",
        options.path,
        "prices change within a day, and one of them has no end; say up to when it is to be read (until)"
      )
    return { ...entry, from, to }
  })

/** The unit prices of one direction. */
export const unitTrack = (
  document: Document,
  entries: ReadonlyArray<Entry>,
  direction: "import" | "export",
  options: TrackOptions
): Track => {
  const charge = (price: Extract<Charge, { readonly kind: "energy" }>["price"]): Charge => ({
    kind: "energy",
    id: direction === "import" ? "energy" : "outgoing",
    label: direction === "import" ? "Energy" : "Outgoing",
    group: direction === "import" ? "supply" : "export",
    direction,
    price
  })
  const isByDay = entries.every((entry) => isMidnight(entry.from) && isMidnight(entry.to))
  if (isByDay && entries.length <= MOST_VERSIONS) {
    const spans = entries.map((entry) => ({
      from: entry.from,
      to: entry.to,
      charge: charge({ kind: "flat", price: options.valueOf(entry) })
    }))
    return { spans, series: undefined }
  }
  const list = closed(entries, options)
  const own = new Document()
  const { series } = assemble(
    own,
    list.map((entry, rank) => ({ start: entry.from, end: entry.to, price: options.valueOf(entry), rank })),
    { id: options.id, unit: "GBP/kWh", said: {} }
  )
  for (const { field, reason } of own.warnings) document.warn(`${options.path}.${field}`, reason)
  return {
    spans: [
      {
        from: Number.NEGATIVE_INFINITY,
        to: Number.POSITIVE_INFINITY,
        charge: charge({ kind: "series", series: options.id, whenMissing: "error" })
      }
    ],
    series
  }
}

/** The standing charge, in pounds a day. */
export const standingTrack = (
  entries: ReadonlyArray<Entry>,
  options: Pick<TrackOptions, "valueOf">
): Track => ({
  series: undefined,
  spans: entries.map((entry) => ({
    from: entry.from,
    to: entry.to,
    charge: {
      kind: "fixed",
      id: "standing",
      label: "Standing charge",
      group: "supply",
      amount: options.valueOf(entry),
      per: "day",
      prorate: "days"
    }
  }))
})

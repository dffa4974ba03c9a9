import { SERIES_DIGITS, SERIES_MAX } from "../../exact/SeriesSum.ts"
import * as Scaled from "../../exact/Scaled.ts"
import type { Series } from "../../model/Series.ts"
import { formatInstant } from "../../time/Civil.ts"
import type { Document } from "../Document.ts"
import type { Gap, ImportedPrices, Replaced } from "../Imported.ts"
import { refuse } from "../NotImported.ts"

/** A price per kWh as it was published; of two for one time the one with the higher rank holds. */
export interface Published {
  readonly start: number
  readonly end: number
  /** Money per kWh. */
  readonly price: string
  readonly rank: number
}

interface Piece {
  readonly start: number
  readonly end: number
  readonly value: number
}

const QUARTER = 900_000
const MOST = 2_000_000

/** The number of a price, which has ten digits after the point wherever it can. */
const valueOf = (document: Document, one: Published): number => {
  const units = Scaled.parse(one.price, SERIES_DIGITS)
  const exact = Scaled.parse(one.price, 40)
  if (units * Scaled.pow10(40 - SERIES_DIGITS) !== exact)
    document.warn(
      "price",
      `has more than ${SERIES_DIGITS} digits after the point per kWh; the rest is rounded`
    )
  if (units > BigInt(SERIES_MAX) || units < -BigInt(SERIES_MAX))
    refuse(
      "refused",
      formatInstant(one.start),
      `a price of ${one.price} per kWh is more than can be priced; is the unit right?`
    )
  return Number(Scaled.format(units, SERIES_DIGITS))
}

/** Puts a piece over those there are, cutting what it covers. */
const lay = (pieces: ReadonlyArray<Piece>, next: Piece, replaced: Array<Replaced>): ReadonlyArray<Piece> =>
  pieces.flatMap((old): ReadonlyArray<Piece> => {
    const start = Math.max(old.start, next.start)
    const end = Math.min(old.end, next.end)
    if (start >= end) return [old]
    if (old.value !== next.value) replaced.push({ start, end, before: old.value, after: next.value })
    return [
      ...(old.start < start ? [{ ...old, end: start }] : []),
      ...(old.end > end ? [{ ...old, start: end }] : [])
    ]
  })

/** Sorted pieces that do not overlap. Publications that touch nothing earlier are simply put beside it. */
const layered = (
  ranked: ReadonlyArray<Piece & { readonly rank: number }>,
  replaced: Array<Replaced>
): ReadonlyArray<Piece> => {
  const byTime = ranked.toSorted((one, other) => one.start - other.start || one.end - other.end)
  const found: Array<Piece> = []
  for (let at = 0; at < byTime.length;) {
    // A cluster is what overlaps without a break; only within one can something be replaced.
    let { end } = byTime[at]!
    let to = at + 1
    for (; to < byTime.length && byTime[to]!.start < end; to++) end = Math.max(end, byTime[to]!.end)
    const cluster = byTime.slice(at, to).toSorted((one, other) => one.rank - other.rank)
    if (cluster.length > 20_000)
      refuse("unreadable", "", `${cluster.length} prices overlap each other; the times cannot be right`)
    let pieces: ReadonlyArray<Piece> = []
    for (const { end: until, start, value } of cluster) {
      const next = { start, end: until, value }
      pieces = [...(cluster.length === 1 ? [] : lay(pieces, next, replaced)), next]
    }
    found.push(...pieces.toSorted((one, other) => one.start - other.start))
    at = to
  }
  return found
}

const gapsOf = (pieces: ReadonlyArray<Piece>): ReadonlyArray<Gap> =>
  pieces.flatMap((piece, at) => {
    const next = pieces[at + 1]
    return next !== undefined && next.start > piece.end ? [{ start: piece.end, end: next.start }] : []
  })

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** Even steps where all have one length, or where something does not begin on a quarter hour. */
const seriesOf = (id: string, unit: string, pieces: ReadonlyArray<Piece>): Series => {
  const { start } = pieces[0]!
  const { end } = pieces[pieces.length - 1]!
  const step = pieces.reduce((found, one) => gcd(gcd(found, one.start - start), one.end - one.start), 0)
  const isEven = pieces.every((one) => one.end - one.start === step) && step <= 3_600_000
  const onQuarters = pieces.every((one) => one.start % QUARTER === 0 && one.end % QUARTER === 0)
  const count = (end - start) / step
  if (onQuarters && !(isEven && count <= pieces.length * 2))
    return { id, unit, points: pieces.map(({ end, start, value }) => ({ start, end, value })) }
  if (step % 60_000 !== 0 || count > MOST)
    refuse("refused", formatInstant(start), "prices must begin and end at whole minutes of the clock")
  const values: Array<number | null> = Array.from({ length: count }, () => null)
  for (const one of pieces) values.fill(one.value, (one.start - start) / step, (one.end - start) / step)
  return { id, unit, start, stepSeconds: step / 1000, values }
}

const hours = (ms: number): string => `${Number((ms / 3_600_000).toFixed(2))} h`

/** Makes one series of all that was published: sorted, later publications over earlier ones, gaps named. */
export const assemble = (
  document: Document,
  published: ReadonlyArray<Published>,
  about: { readonly id: string; readonly unit: string; readonly said: Readonly<Record<string, string>> }
): ImportedPrices => {
  if (published.length === 0) refuse("noData", "", "there are no prices in the document")
  const pieces = published.map((one) => {
    if (!(one.end > one.start))
      refuse("unreadable", formatInstant(one.start), "a price must end after it begins")
    return { start: one.start, end: one.end, value: valueOf(document, one), rank: one.rank }
  })
  const replaced: Array<Replaced> = []
  const laid = layered(pieces, replaced)
  const gaps = gapsOf(laid)
  if (gaps.length > 0) {
    const [first] = gaps
    const total = hours(gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0))
    document.warn(
      "gaps",
      `there are no prices for ${total} in ${gaps.length} places, the first at ${formatInstant(first!.start)}`
    )
  }
  if (replaced.length > 0)
    document.warn("replaced", `${replaced.length} prices were replaced by later publications`)
  return {
    series: seriesOf(about.id, about.unit, laid),
    gaps,
    replaced: replaced.toSorted((one, other) => one.start - other.start),
    about: about.said,
    warnings: document.warnings
  }
}

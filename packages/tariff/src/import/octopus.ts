import type { Charge } from "../model/charge/Charge.ts"
import type { Tariff } from "../model/Tariff.ts"
import { isZero } from "./decimals.ts"
import { Document, isEmpty, nameOf } from "./Document.ts"
import { checked, type ImportedTariff } from "./Imported.ts"
import { refuse } from "./NotImported.ts"
import { type Entry, type PaymentMethod, readEntries } from "./octopus/Pages.ts"
import { type Product, readProduct } from "./octopus/product.ts"
import { type Track, dateOf, localDate, standingTrack, unitTrack } from "./octopus/Track.ts"
import { percentOf } from "./octopus/vat.ts"

/** The answers about one product: the product, and its prices as one answer or as a list of all its pages. */
export interface OctopusDocuments {
  readonly product: unknown
  readonly unitPrices: unknown
  readonly standingCharges?: unknown
}

/** What to make of the answers. */
export interface OctopusOptions {
  /** Prices without VAT and VAT as a line of its own, or prices that contain it. */
  readonly vat: "added" | "included"
  /** The percentage, where prices do not show it. */
  readonly vatPercent?: string
  /** Direct debit unless said, where prices differ. */
  readonly paymentMethod?: PaymentMethod
  readonly id?: string
  /** The instant up to which half-hourly prices without an end are read. */
  readonly until?: number
  readonly rounding?: NonNullable<Tariff["versions"][0]["billing"]["rounding"]>
}

interface Side {
  readonly product: Product
  readonly tracks: ReadonlyArray<Track>
  readonly percent: string
}

const sideOf = (document: Document, one: OctopusDocuments, path: string, options: OctopusOptions): Side => {
  const product = readProduct(document, one.product, `${path}product`)
  const where = { unit: `${path}unitPrices`, standing: `${path}standingCharges` }
  const units = readEntries(document, one.unitPrices, where.unit, options.paymentMethod)
  if (units.length === 0) refuse("noData", where.unit, "the answer has no unit prices")
  const standing = isEmpty(one.standingCharges)
    ? []
    : readEntries(document, one.standingCharges, where.standing, options.paymentMethod)
  if (standing.length === 0 && product.direction === "import")
    document.warn(where.standing, "are not given or empty, so the tariff has no standing charge")
  const percent = percentOf(
    [...units, ...standing],
    where.unit,
    product.direction === "import" ? options.vatPercent : undefined
  )
  // What is paid for export is not taxed by this tariff, whichever way it is written.
  const isIncluded = options.vat === "included" && product.direction === "import"
  const valueOf = (entry: Entry): string => (isIncluded ? entry.including : entry.without)
  const id = nameOf(product.code)
  const unit = unitTrack(document, units, product.direction, {
    path: where.unit,
    id,
    valueOf,
    from: product.from,
    until: options.until
  })
  return {
    product,
    percent,
    tracks: standing.length === 0 ? [unit] : [unit, standingTrack(standing, { valueOf })]
  }
}

const vatCharge = (percent: string): ReadonlyArray<Charge> =>
  isZero(percent)
    ? []
    : [
        {
          kind: "percent",
          id: "vat",
          label: "VAT",
          group: "tax",
          percent,
          base: { groups: ["supply"] },
          order: 1
        }
      ]

/** The instants at which something changes, between the first at which all is known and the last. */
const edgesOf = (tracks: ReadonlyArray<Track>, from: number | undefined): ReadonlyArray<number> => {
  const starts = tracks.map((track) => track.spans[0]!.from)
  const ends = tracks.map((track) => track.spans[track.spans.length - 1]!.to)
  const series = tracks.flatMap(({ series }) =>
    series === undefined ? [] : ["points" in series ? (series.points[0]?.start ?? 0) : series.start]
  )
  const known = Math.max(...starts)
  const start = Number.isFinite(known) ? known : (from ?? series[0])
  if (start === undefined)
    return refuse("incomplete", "product.available_from", "nothing says from when the prices hold")
  const end = Math.min(...ends)
  const all = tracks.flatMap((track) => track.spans.flatMap((span) => [span.from, span.to]))
  return [...new Set([start, end, ...all.filter((at) => at > start && at < end)])].toSorted((a, b) => a - b)
}

const versionsOf = (sides: ReadonlyArray<Side>, options: OctopusOptions): Tariff["versions"] => {
  const tracks = sides.flatMap((side) => side.tracks)
  const supply = sides.find((side) => side.product.direction === "import")
  const hasExport = sides.some((side) => side.product.direction === "export")
  const edges = edgesOf(tracks, sides[0]!.product.from)
  const versions = edges.slice(0, -1).flatMap((from, at): ReadonlyArray<Tariff["versions"][0]> => {
    const to = edges[at + 1]!
    const charges = tracks.flatMap((track) =>
      track.spans.filter((span) => span.from <= from && span.to >= to).map((span) => span.charge)
    )
    // A time for which one of the prices is missing is no version, so that it is refused as a gap.
    if (charges.length < tracks.length) return []
    // The first version may begin within a day, since nothing is billed before it.
    const validFrom = at === 0 ? localDate(from) : dateOf(from, "valid_from")
    return [
      {
        id: validFrom,
        validFrom,
        ...(Number.isFinite(to) ? { validTo: dateOf(to, "valid_to") } : {}),
        charges: [...charges, ...vatCharge(supply?.percent ?? "0")],
        export: hasExport ? { kind: "netBilling", netting: "registers" } : { kind: "none" },
        billing: {
          cycle: { kind: "calendarMonth" },
          tierProration: "byDays",
          taxIncluded: options.vat === "included",
          ...(options.rounding === undefined ? {} : { rounding: options.rounding })
        }
      }
    ]
  })
  const [first, ...later] = versions
  return first === undefined
    ? refuse("refused", "valid_from", "there is no time for which all prices are known")
    : [first, ...later]
}

/**
 * Makes a tariff of the answers of Octopus Energy about an import product, an export product, or both.
 *
 * Prices that change at midnight in London become versions; prices of half hours become a series. Pence
 * become pounds exactly.
 */
export const importOctopus = (
  documents: OctopusDocuments | ReadonlyArray<OctopusDocuments>,
  options: OctopusOptions
): ImportedTariff => {
  const list = "product" in documents ? [documents] : documents
  const document = new Document()
  const sides = list.map((one, at) => sideOf(document, one, list.length > 1 ? `[${at}].` : "", options))
  const [first] = sides
  if (first === undefined) return refuse("noData", "", "there are no answers to read")
  const directions = sides.map((side) => side.product.direction)
  if (new Set(directions).size !== directions.length)
    refuse("unreadable", "product.direction", "give one product for import and one for export at most")
  const { brand, code, isBusiness } = first.product
  const tariff: Tariff = {
    id: options.id ?? nameOf(sides.map((side) => side.product.code).join("_")),
    code,
    name: sides.map((side) => side.product.name).join(" + "),
    currency: "GBP",
    timeZone: "Europe/London",
    commodity: "electricity",
    ...(brand === undefined ? {} : { provider: { id: nameOf(brand), name: brand } }),
    customerClass: isBusiness ? "business" : "domestic",
    source: { format: "octopus-energy" },
    touSets: {},
    versions: versionsOf(sides, options)
  }
  const series = sides
    .flatMap((side) => side.tracks)
    .flatMap((track) => (track.series === undefined ? [] : [[track.series.id, track.series] as const]))
  return { tariff: checked(tariff), series: Object.fromEntries(series), warnings: document.warnings }
}

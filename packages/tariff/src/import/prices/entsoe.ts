import { shifted } from "../decimals.ts"
import { Document } from "../Document.ts"
import type { ImportedPrices } from "../Imported.ts"
import { refuse } from "../NotImported.ts"
import { type Published, assemble } from "./assemble.ts"
import { childOf, positionsOf, textOf } from "./EntsoeTimes.ts"
import { type Element, readXml } from "./Xml.ts"

/** How documents of the ENTSO-E transparency platform are read. */
export interface EntsoeOptions {
  readonly id: string
  /** The EIC of the bidding zone, needed where documents have several. */
  readonly area?: string
  /** The auction, where several are published for one day; the lowest position there is unless said. */
  readonly sequence?: number
}

interface TimeSeries {
  readonly element: Element
  readonly path: string
  readonly sequence: number
  readonly area: string
  readonly currency: string
  /** What decides between two publications: revision, then the time it was made. */
  readonly revision: number
  readonly created: number
}

const SEQUENCE = "classificationSequence_AttributeInstanceComponent.position"

const documentFields = ["TimeSeries", "period.timeInterval"]
const seriesFields = [
  "mRID",
  "auction.type",
  "businessType",
  "in_Domain.mRID",
  "out_Domain.mRID",
  "contract_MarketAgreement.type",
  "currency_Unit.name",
  "price_Measure_Unit.name",
  SEQUENCE,
  "curveType",
  "Period"
]

/** The header of a document as it is written; what has elements in it is warned of. */
const saidBy = (document: Document, root: Element): Readonly<Record<string, string>> => {
  const said: Record<string, string> = {}
  for (const child of root.children) {
    if (documentFields.includes(child.name)) continue
    if (child.children.length > 0) document.warn(child.name, "is not a part of the prices; it is left out")
    else if (child.text.trim() !== "") said[child.name] = child.text.trim()
  }
  return said
}

const refuseNoPrices = (root: Element): never => {
  if (root.name === "Acknowledgement_MarketDocument") {
    const reason = childOf(root, "Reason")
    const said = reason === undefined ? undefined : textOf(reason, "text")
    return refuse("noData", root.name, `the platform answers: ${said ?? "no matching data"}`)
  }
  return refuse(
    "unreadable",
    root.name,
    "is not a Publication_MarketDocument, which is how day-ahead prices are published"
  )
}

const timeSeriesOf = (document: Document, root: Element, at: number): ReadonlyArray<TimeSeries> => {
  const revision = Number(textOf(root, "revisionNumber") ?? "1")
  const created = Date.parse(textOf(root, "createdDateTime") ?? "")
  return root.children
    .filter((child) => child.name === "TimeSeries")
    .flatMap((element, index): ReadonlyArray<TimeSeries> => {
      const path = `${at > 0 ? `[${at}].` : ""}TimeSeries[${index}]`
      for (const child of element.children)
        if (!seriesFields.includes(child.name))
          document.warn(`TimeSeries.${child.name}`, "is not a field this import knows; it is left out")
      const agreement = textOf(element, "contract_MarketAgreement.type") ?? "A01"
      if (agreement !== "A01") {
        document.warn(path, `has the market agreement ${agreement}, not day-ahead (A01); it is left out`)
        return []
      }
      const unit = textOf(element, "price_Measure_Unit.name")
      if (unit !== "MWH")
        document.problem(`${path}.price_Measure_Unit.name`, `must be MWH, not "${unit ?? ""}"`)
      const currency = textOf(element, "currency_Unit.name") ?? ""
      if (!/^[A-Z]{3}$/.test(currency))
        document.problem(`${path}.currency_Unit.name`, `must be a currency such as EUR, not "${currency}"`)
      const area = textOf(element, "in_Domain.mRID") ?? ""
      const sequence = Number(textOf(element, SEQUENCE) ?? "1")
      if (!(Number.isInteger(sequence) && sequence > 0))
        document.problem(`${path}.${SEQUENCE}`, `"${textOf(element, SEQUENCE)}" is not a position`)
      return [{ element, path, sequence, area, currency, revision, created }]
    })
}

/** One zone, one currency, one auction: the others are left out by name, or the import needs to be told. */
const chosen = (
  document: Document,
  all: ReadonlyArray<TimeSeries>,
  options: EntsoeOptions
): ReadonlyArray<TimeSeries> => {
  const areas = [...new Set(all.map((one) => one.area))]
  if (options.area === undefined && areas.length > 1)
    refuse("unreadable", "in_Domain.mRID", `there are prices of ${areas.join(", ")}; say which (area)`)
  const ofArea = options.area === undefined ? all : all.filter((one) => one.area === options.area)
  if (ofArea.length === 0)
    refuse("noData", "in_Domain.mRID", `there are no prices of ${options.area}, only of ${areas.join(", ")}`)
  if (ofArea.length < all.length)
    document.warn("in_Domain.mRID", `the prices of areas other than ${options.area} are left out`)
  const sequences = [...new Set(ofArea.map((one) => one.sequence))].toSorted((a, b) => a - b)
  const wanted = options.sequence ?? sequences[0]!
  const taken = ofArea.filter((one) => one.sequence === wanted)
  const have = sequences.join(", ")
  if (taken.length === 0) refuse("noData", SEQUENCE, `there is no auction ${wanted}, only ${have}`)
  for (const other of sequences)
    if (other !== wanted)
      document.warn(SEQUENCE, `prices of auction ${other} are left out, ${wanted} is taken`)
  const currencies = [...new Set(taken.map((one) => one.currency))]
  if (currencies.length > 1)
    refuse(
      "unreadable",
      "currency_Unit.name",
      `the prices are in several currencies: ${currencies.join(", ")}`
    )
  return taken
}

interface Unranked extends Omit<Published, "rank"> {
  readonly order: readonly [number, number, number]
}

/**
 * The prices of a Period. Curve A03 leaves out a position whose price is the one before, so that holds on,
 * but never beyond the Period; a position missing from curve A01 has no price.
 */
const pricesOf = (
  document: Document,
  one: TimeSeries,
  period: Element,
  path: string
): ReadonlyArray<Unranked> => {
  const found = positionsOf(document, period, path)
  if (found === undefined) return []
  const { end, prices, start, stepMs } = found
  const curve = textOf(one.element, "curveType") ?? "A01"
  if (curve !== "A01" && curve !== "A03")
    document.problem(`${one.path}.curveType`, `must be A01 or A03, not "${curve}"`)
  const count = (end - start) / stepMs
  if (!prices.has(1)) document.warn(`${path}.Point`, "position 1 is missing; there is no price to hold on")
  const made: Array<Unranked> = []
  let price: string | undefined
  for (let position = 1; position <= count; position++) {
    price = prices.get(position) ?? (curve === "A03" ? price : undefined)
    if (price === undefined) continue
    const from = start + (position - 1) * stepMs
    made.push({
      start: from,
      end: from + stepMs,
      price: shifted(price, 3),
      order: [one.revision, Number.isNaN(one.created) ? 0 : one.created, -stepMs]
    })
  }
  return made
}

const ranked = (list: ReadonlyArray<Unranked>): ReadonlyArray<Published> =>
  list
    .toSorted((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2])
    .map(({ end, price, start }, rank) => ({ start, end, price, rank }))

/**
 * Reads day-ahead prices (A44) of the ENTSO-E transparency platform, one document or several.
 *
 * Of two publications for one time the later revision holds, then the later document, then the finer steps.
 */
export const importEntsoe = (xml: string | ReadonlyArray<string>, options: EntsoeOptions): ImportedPrices => {
  const document = new Document()
  const roots = (typeof xml === "string" ? [xml] : xml).map(readXml)
  const publications = roots.filter((root) => root.name === "Publication_MarketDocument")
  const other = roots.find((root) => root.name !== "Publication_MarketDocument")
  if (other !== undefined) {
    if (publications.length === 0 || other.name !== "Acknowledgement_MarketDocument") refuseNoPrices(other)
    document.warn(other.name, "one answer says that there is no data; the others are taken")
  }
  const said = Object.assign({}, ...publications.map((root) => saidBy(document, root)))
  const all = publications.flatMap((root, at) => timeSeriesOf(document, root, at))
  document.end()
  if (all.length === 0) refuse("noData", "TimeSeries", "there are no day-ahead prices in the document")
  const taken = chosen(document, all, options)
  const found = taken.flatMap((one) =>
    one.element.children
      .filter((child) => child.name === "Period")
      .flatMap((period, index) => pricesOf(document, one, period, `${one.path}.Period[${index}]`))
  )
  document.end()
  const unit = `${taken[0]!.currency}/kWh`
  return assemble(document, ranked(found), { id: options.id, unit, said })
}

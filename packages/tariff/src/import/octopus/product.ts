import { type Document, type Fields, isEmpty, requireFields } from "../Document.ts"
import { refuse } from "../NotImported.ts"

/** What is known of a product. */
export interface Product {
  readonly code: string
  readonly name: string
  readonly brand: string | undefined
  readonly direction: "import" | "export"
  readonly from: number | undefined
  readonly isBusiness: boolean
}

const mapped = ["code", "full_name", "display_name", "direction", "brand", "available_from", "is_business"]

const offer = "says how the product is offered, not what it costs"
const listed = "holds prices at one moment; the unit prices and standing charges that were given are taken"

const reasons: Readonly<Record<string, string>> = {
  description: "is text for people and may name charges; it is not priced",
  is_variable: offer,
  is_green: offer,
  is_tracker: offer,
  is_prepay: offer,
  is_restricted: offer,
  term: offer,
  available_to: "is the last day the product is sold, not the last it holds",
  tariffs_active_at: listed,
  single_register_electricity_tariffs: listed,
  dual_register_electricity_tariffs: listed,
  four_rate_ev_electricity_tariffs: listed,
  single_register_gas_tariffs: "is about gas; the import is of electricity",
  sample_quotes: "is an estimate, not a price",
  sample_consumption: "is an estimate, not a price",
  links: "are addresses of further documents"
}

/** Reads a product; every field that is not in the tariff is warned of. */
export const readProduct = (document: Document, json: unknown, path: string): Product => {
  const fields: Fields = requireFields(json, path, "a product with a code")
  const text = (name: string): string | undefined =>
    isEmpty(fields[name]) ? undefined : String(fields[name])
  const code = text("code") ?? refuse("unreadable", `${path}.code`, "is missing")
  const direction = text("direction") ?? (/OUTGOING/i.test(code) ? "EXPORT" : "IMPORT")
  if (direction !== "IMPORT" && direction !== "EXPORT")
    refuse("unreadable", `${path}.direction`, `must be IMPORT or EXPORT, not "${direction}"`)
  for (const [field, value] of Object.entries(fields)) {
    if (isEmpty(value) || mapped.includes(field)) continue
    document.warn(`${path}.${field}`, reasons[field] ?? "is not a field this import knows; it is left out")
  }
  const from = text("available_from")
  return {
    code,
    name: text("display_name") ?? text("full_name") ?? code,
    brand: text("brand"),
    direction: direction === "EXPORT" ? "export" : "import",
    from: from === undefined || Number.isNaN(Date.parse(from)) ? undefined : Date.parse(from),
    isBusiness: fields["is_business"] === true
  }
}

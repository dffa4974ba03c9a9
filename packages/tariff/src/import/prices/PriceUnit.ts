import { isEmpty, shown } from "../Document.ts"
import { refuse } from "../NotImported.ts"

/** The currency of a unit such as `EUR/MWh`, and by how many digits its prices are per kWh too great. */
export const unitOf = (text: string): { readonly currency: string; readonly digits: number } | undefined => {
  const match = /^([A-Za-z]{3}) ?(?:\/|per) ?(MWh|kWh)$/i.exec(text.trim())
  if (match === null) return undefined
  return { currency: match[1]!.toUpperCase(), digits: match[2]!.toLowerCase() === "mwh" ? 3 : 0 }
}

/** The unit in a field; anything else ends the import. */
export const requireUnit = (path: string, value: unknown) => {
  const unit = typeof value === "string" ? unitOf(value.replace("€", "EUR")) : undefined
  if (unit !== undefined) return unit
  const what = value === undefined ? "the unit is missing" : `${shown(value)} is not a unit of prices`
  return refuse("unreadable", path, `${what}; expected "EUR/MWh"`)
}

/** Those of some fields that say something, as texts. */
export const textFields = (fields: Readonly<Record<string, unknown>>, names: ReadonlyArray<string>) =>
  Object.fromEntries(names.flatMap((name) => (isEmpty(fields[name]) ? [] : [[name, String(fields[name])]])))

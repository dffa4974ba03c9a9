import { type QuantityName, quantities, Unit } from "@wattkit/core"
import * as Result from "effect/Result"
import { UnusableHeader } from "../errors.ts"

/** What a column of a file says of its readings. */
export type Column =
  | { readonly kind: "device" | "channel" | "at" | "since" | "extras" | "unused"; readonly header: string }
  | {
      readonly kind: "quantity"
      readonly header: string
      readonly name: QuantityName
      readonly convert: ((value: number) => number) | undefined
    }
  | { readonly kind: "extra"; readonly header: string; readonly name: string }

/** The unit each quantity is kept in. */
const unitOf: { readonly [name in QuantityName]: string } = {
  powerW: "W",
  importWh: "Wh",
  exportWh: "Wh",
  importDeltaWh: "Wh",
  exportDeltaWh: "Wh",
  voltageV: "V",
  currentA: "A",
  frequencyHz: "Hz",
  powerFactor: "1",
  temperatureC: "°C",
  stateOfChargePct: "%"
}

const unusable = (message: string): UnusableHeader => new UnusableHeader({ message })

const isQuantity = (field: string): field is QuantityName => Object.hasOwn(unitOf, field)

const plainKinds: Readonly<Record<string, "device" | "channel" | "at" | "since" | "extras">> = {
  device: "device",
  deviceId: "device",
  channel: "channel",
  at: "at",
  since: "since",
  extra: "extras"
}

const converterOf = (name: QuantityName, unit: string | undefined) => {
  if (unit === undefined) return undefined
  const from = Unit.fromString(unit)
  if (Result.isFailure(from)) throw unusable(`the unit "${unit}" of ${name}: ${from.failure.message}`)
  const to = Unit.fromString(unitOf[name])
  const made = Result.flatMap(to, (target) => Unit.converter(from.success, target))
  if (Result.isFailure(made)) throw unusable(`${name} cannot be in ${unit}: ${made.failure.message}`)
  return from.success.symbol === unitOf[name] ? undefined : made.success
}

const columnOf = (field: string, header: string, unit: string | undefined): Column | undefined => {
  if (isQuantity(field)) return { kind: "quantity", header, name: field, convert: converterOf(field, unit) }
  if (unit !== undefined) throw unusable(`${field} has no unit; leave ":${unit}" out`)
  const kind = Object.hasOwn(plainKinds, field) ? plainKinds[field] : undefined
  if (kind !== undefined) return { kind, header }
  const extra = /^extra\.([A-Za-z][A-Za-z0-9_]{0,63})$/.exec(field)?.[1]
  return extra === undefined ? undefined : { kind: "extra", header, name: extra }
}

const fields = ["device", "channel", "at", "since", ...quantities, "extra", "extra.NAME"].join(", ")

/**
 * A column of the header and its unit: the whole text when it is a column, else the part before the last
 * colon.
 */
const headerAndUnit = (
  text: string,
  header: ReadonlyArray<string>
): readonly [number, string | undefined] => {
  const whole = header.indexOf(text)
  const colon = text.lastIndexOf(":")
  if (whole !== -1 || colon <= 0) return [whole, undefined]
  return [header.indexOf(text.slice(0, colon)), text.slice(colon + 1)]
}

const shown = (header: ReadonlyArray<string>): string => header.map((name) => `"${name}"`).join(", ")

/**
 * Tells the meaning of every column: by its own name when it is that of a field, and as `names` says, whose
 * keys are fields and whose values are names in the header, with the unit after a colon.
 */
export const columnsOf = (
  header: ReadonlyArray<string>,
  names: Readonly<Record<string, string>> = {}
): Result.Result<ReadonlyArray<Column>, UnusableHeader> =>
  Result.try({
    try: () => assign(header, names),
    catch: (cause) => {
      if (cause instanceof UnusableHeader) return cause
      throw cause
    }
  })

const assign = (
  header: ReadonlyArray<string>,
  names: Readonly<Record<string, string>>
): ReadonlyArray<Column> => {
  const trimmed = header.map((name) => name.trim())
  const named = new Map<number, Column>()
  for (const [field, text] of Object.entries(names)) {
    const [place, unit] = headerAndUnit(text.trim(), trimmed)
    if (place === -1) {
      throw unusable(`there is no column "${text}" for ${field}; the header has ${shown(trimmed)}`)
    }
    const column = columnOf(field, trimmed[place]!, unit)
    if (column === undefined) throw unusable(`no field is called ${field}; there are ${fields}`)
    if (named.has(place)) throw unusable(`the column "${trimmed[place]}" is named twice`)
    named.set(place, column)
  }
  const columns = trimmed.map((name, place): Column => {
    if (named.has(place)) return named.get(place)!
    if (Object.hasOwn(names, name)) return { kind: "unused", header: name }
    return columnOf(name, name, undefined) ?? { kind: "unused", header: name }
  })
  check(columns, trimmed)
  return columns
}

const check = (columns: ReadonlyArray<Column>, header: ReadonlyArray<string>): void => {
  const seen = new Set<string>()
  for (const column of columns) {
    if (column.kind === "unused") continue
    const field = "name" in column ? `${column.kind} ${column.name}` : column.kind
    if (seen.has(field)) throw unusable(`two columns say the same field, one is "${column.header}"`)
    seen.add(field)
  }
  if (!seen.has("at")) {
    throw unusable(
      `no column says "at", the instant of a reading; name it with at=…; the header has ${shown(header)}`
    )
  }
  if (!columns.some(({ kind }) => kind === "quantity" || kind === "extra" || kind === "extras")) {
    throw unusable(
      `no column says a quantity; name one, such as importWh=…:kWh; the header has ${shown(header)}`
    )
  }
}

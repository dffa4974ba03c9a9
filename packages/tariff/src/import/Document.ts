import type { Problem } from "../Refused.ts"
import { decimalOf } from "./decimals.ts"
import type { Unmapped } from "./Imported.ts"
import { NotImported } from "./NotImported.ts"

/** An object of a document. */
export type Fields = Readonly<Record<string, unknown>>

/** What has been found wrong with documents, and what was left out of them, while they are read. */
export class Document {
  readonly problems: Array<Problem> = []
  readonly warnings: Array<Unmapped> = []

  /** Notes something that makes the import impossible, once. */
  problem(path: string, message: string): void {
    if (this.problems.some((one) => one.path === path && one.message === message)) return
    this.problems.push({ path, message })
  }

  /** Notes something that is left out or assumed, once. */
  warn(field: string, reason: string): void {
    if (this.warnings.some((one) => one.field === field && one.reason === reason)) return
    this.warnings.push({ field, reason })
  }

  /** Warns of each field that has a value and was not looked at. */
  leftOver(path: string, fields: Fields, known: ReadonlyArray<string>, reason = unknownField): void {
    for (const [name, value] of Object.entries(fields)) {
      if (!known.includes(name) && !isEmpty(value)) this.warn(path === "" ? name : `${path}.${name}`, reason)
    }
  }

  /** The decimal text in a field, undefined where there is none; anything but a number is a problem. */
  decimal(fields: Fields, name: string, path: string): string | undefined {
    const value = fields[name]
    if (isEmpty(value)) return undefined
    const text = decimalOf(value)
    if (text === undefined) this.problem(path, `${shown(value)} is not a number such as 0.245`)
    return text
  }

  /** Ends the import if something was wrong. */
  end(): void {
    if (this.problems.length > 0) throw new NotImported("unreadable", this.problems)
  }
}

const unknownField = "is not a field this import knows; it is not in the tariff"

/** Whether a field says nothing. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)

/** A value as a person recognises it. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** An object, or undefined. */
export const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined

const notWhat = (value: unknown, path: string, what: string): NotImported => {
  const message = value === undefined ? `is missing; expected ${what}` : `is not ${what}, but ${shown(value)}`
  return new NotImported("unreadable", [{ path, message }])
}

/** An object; anything else ends the import. */
export const requireFields = (value: unknown, path: string, what: string): Fields => {
  const fields = fieldsOf(value)
  if (fields !== undefined) return fields
  throw notWhat(value, path, what)
}

/** A list; anything else ends the import. */
export const requireList = (value: unknown, path: string, what: string): ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return value
  throw notWhat(value, path, what)
}

/** A text made fit to be the name of a tariff, set or version. */
export const nameOf = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._:-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64) || "imported"

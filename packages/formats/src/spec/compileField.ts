import type { Drafts } from "../payload/Drafts.ts"
import { readNumber } from "../payload/readNumber.ts"
import { compileMeaning, type Put } from "./compileMeaning.ts"
import type { Field } from "./FormatSpec.ts"
import type { NameTable } from "./NameTable.ts"
import { lastName, type Place, pointer } from "./Pointer.ts"

/** Reads one field of a payload into drafts; `from` is what pointers begin from. */
export type ReadField = (drafts: Drafts, from: unknown, channel: string) => void

const mostParts = 16

/** `{1}` in the channel of a field is the first member its pointer's `*` stood for. */
const channelOf = (template: string | undefined, rule: string, names: ReadonlyArray<string>): string =>
  template === undefined
    ? rule
    : template.replace(/\{(\d)\}/g, (_, index: string) => names[Number(index) - 1] ?? "")

/** The sum of what lies at several places, if a number lies at each. */
const sumOf = (texts: ReadonlyArray<string>) => {
  const pointers = texts.map(pointer)
  return (from: unknown): ReadonlyArray<Place> => {
    const values = pointers.map((find) => readNumber(find(from)[0]?.value))
    const total = values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0)
    return Number.isNaN(total) ? [] : [{ value: Number(total.toPrecision(15)), names: [] }]
  }
}

interface Part {
  readonly channel: string
  readonly value: unknown
}

/** The values of an array by channel, and their sum as that of the whole where all of them are there. */
const partsOf = (array: ReadonlyArray<unknown>, channel: string, isSummed: boolean): ReadonlyArray<Part> => {
  const values = array.slice(0, mostParts)
  if (values.length === 1) return [{ channel, value: values[0] }]
  const parts = values.map((value, index) => ({ channel: String(index + 1), value }))
  const total = values.reduce<number>((sum, value) => sum + (readNumber(value) ?? Number.NaN), 0)
  if (!isSummed || Number.isNaN(total) || values.length === 0) return parts
  return [{ channel, value: Number(total.toPrecision(15)) }, ...parts]
}

/** What a field means, wherever it is put: its channel is filled in before. */
const byMeaning = (
  field: Exclude<Field, { readonly byName: string } | { readonly ignored: string }>
): Put => {
  if (!("is" in field)) return compileMeaning({ unknown: true })
  const { array: _array, at: _at, channel: _channel, ...meaning } = field
  return compileMeaning(meaning)
}

/** Makes a field ready. */
export const compileField = (field: Field, names: NameTable): ReadField => {
  if ("ignored" in field) return () => {}
  const find = typeof field.at === "string" ? pointer(field.at) : sumOf(field.at)
  const ownName = typeof field.at === "string" ? lastName(field.at) : lastName(field.at[0] ?? "")
  if ("byName" in field) {
    const except = new Set(field.except)
    return (drafts, from, channel) => {
      for (const place of find(from)) {
        if (place.names.some((name) => except.has(name))) continue
        const name = place.names.at(-1) ?? ownName
        const put = field.byName === "any" ? names.any(name) : names.format(name)
        put?.(drafts, {
          name,
          channel: channelOf(field.channel, channel, place.names),
          value: place.value,
          from
        })
      }
    }
  }
  const put = byMeaning(field)
  const array = "array" in field ? field.array : undefined
  return (drafts, from, channel) => {
    for (const place of find(from)) {
      const own = channelOf(field.channel, channel, place.names)
      const parts: ReadonlyArray<Part> =
        array !== undefined && Array.isArray(place.value)
          ? partsOf(place.value, own, array === "parts")
          : [{ channel: own, value: place.value }]
      for (const part of parts) put(drafts, { name: place.names.at(-1) ?? ownName, from, ...part })
    }
  }
}

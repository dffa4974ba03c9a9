import { meaningOfName } from "../custom/knownNames.ts"
import { readNumber } from "../payload/readNumber.ts"
import { compileMeaning, type Put } from "./compileMeaning.ts"
import type { FormatSpec } from "./FormatSpec.ts"

/** Finds what a name means in a format. */
export interface NameTable {
  readonly format: (name: string) => Put | undefined
  /** By the names of the format, then by well-known ones; else it is kept as unknown. */
  readonly any: (name: string) => Put
}

const unknown = compileMeaning({ unknown: true })

/** Makes the names of a format ready. */
export const nameTable = ({ names = {} }: FormatSpec): NameTable => {
  const exact = new Map(Object.entries(names).map(([name, meaning]) => [name, compileMeaning(meaning)]))
  const format = (name: string) => exact.get(name) ?? exact.get(name.toLowerCase())
  const known = new Map<string, Put>()
  const wellKnown = (name: string): Put => {
    const meaning = meaningOfName(name)
    if (meaning === undefined) return unknown
    const key = `${meaning.quantity} ${meaning.scale}`
    let put = known.get(key)
    if (put === undefined) {
      const { quantity, scale } = meaning
      const plain = compileMeaning({ is: quantity })
      put = (drafts, sent) => {
        const number = readNumber(sent.value)
        if (number === undefined) return
        plain(drafts, { ...sent, value: Number((number * scale).toPrecision(15)) })
      }
      known.set(key, put)
    }
    return put
  }
  return { format, any: (name) => format(name) ?? wellKnown(name) }
}

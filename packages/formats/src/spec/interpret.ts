import type { FormatId } from "@wattkit/core"
import * as Schema from "effect/Schema"
import type { Format, FormatWords, Reader } from "../Format.ts"
import { compileRule } from "./compileRule.ts"
import { fewestFilters } from "./filters.ts"
import { FormatSpec } from "./FormatSpec.ts"
import { nameTable } from "./NameTable.ts"

/** What the interpreter made of a spec: it keeps nothing from one message to the next. */
export interface Interpreted extends Reader {
  readonly topics: ReadonlyArray<string>
}

const checked = Schema.decodeUnknownSync(FormatSpec, { onExcessProperty: "error" })

/** Makes a reader of a spec; throws where the spec is not one. */
export const interpret = (spec: unknown): Interpreted => {
  const sound = checked(spec)
  const names = nameTable(sound)
  const rules = sound.rules.map((rule) => compileRule(rule, names))
  return {
    topics: fewestFilters(rules.flatMap(({ filters }) => filters)),
    read: (message) => {
      for (const rule of rules) {
        const told = rule.read(message)
        if (told !== undefined) return told
      }
      return undefined
    }
  }
}

/** A format that is data alone: how its payloads are read, and what people are told of it. */
export const formatOf = (id: FormatId, spec: FormatSpec, words: FormatWords): Format => {
  const interpreted = interpret(spec)
  return { id, words, topics: interpreted.topics, makeReader: () => interpreted }
}

import { FieldMeaning, quantities } from "@wattkit/core"
import { Effect, Option, Schema } from "effect"
import { StartError } from "../../StartError.ts"

const read = Schema.decodeUnknownOption(FieldMeaning)

/** `Total=importWh*1000`, `Flow=ignored`, as often as it is said. */
export const fieldsOf = Effect.fnUntraced(function* (texts: ReadonlyArray<string>) {
  const fields: Record<string, FieldMeaning> = {}
  for (const text of texts) {
    const equals = text.lastIndexOf("=")
    const [quantity = "", factor = "1", ...more] = text.slice(equals + 1).split("*")
    const scale = factor.trim() === "" ? Number.NaN : Number(factor)
    const meaning = Option.getOrUndefined(read({ quantity, scale }))
    if (equals <= 0 || more.length > 0 || meaning === undefined) {
      const known = [...quantities, "ignored"].join(", ")
      const message = `--field is "${text}", but must be as Total=importWh*1000; the quantities are ${known}.`
      return yield* new StartError({ message })
    }
    fields[text.slice(0, equals)] = meaning
  }
  return fields
})

import fc from "fast-check"
import { type Named, resolved } from "./jsonSchema.ts"
import type { JsonSchema } from "./operations.ts"

/** Values that a member or parameter of a name likely means: ids that are there, instants, zones. */
export type Pool = (name: string) => ReadonlyArray<unknown> | undefined

/** What somebody may send where something else is expected. */
export const nastyTexts: ReadonlyArray<string> = [
  "",
  " ",
  ".",
  "..",
  "null",
  "undefined",
  "NaN",
  "-0",
  "1e400",
  "0x10",
  "true",
  "[]",
  "{}",
  "%00",
  "%",
  "a/b",
  "a\\b",
  "a b",
  "a\0b",
  "a\r\nb",
  "\x1B[31m",
  "‮",
  "﻿",
  "ａ",
  "é",
  "é",
  "👩‍👩‍👧",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "../../etc/passwd",
  "..%2f..%2f",
  "${7*7}",
  "'",
  "' OR '1'='1",
  "'; DROP TABLE readings; --",
  '"><script>alert(1)</script>',
  "{{7*7}}",
  "9999-12-31T23:59:59.999Z",
  "0000-01-01T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-06-01T10:00:00",
  "x".repeat(65),
  "x".repeat(257),
  "x".repeat(5e3),
  "9".repeat(400),
  "🂡".repeat(200)
]

const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...nastyTexts),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e308, -1e308, 2 ** 53, [], {}, [[]], [null]),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .integer({ min: 1, max: 200 })
    .map((depth) => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown)
)

/** A value that most likely does not fit. */
export const nasty = (): fc.Arbitrary<unknown> => nastyValue

const textOf = (schema: JsonSchema): fc.Arbitrary<string> => {
  const { format, maxLength = 40, minLength = 0, pattern } = schema
  if (format === "date-time" || format === "date") {
    const [min, max] = [new Date(0), new Date("9999-12-31T00:00:00Z")]
    return fc
      .date({ min, max, noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, format === "date" ? 10 : undefined))
  }
  const size = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 80)) }
  const plain = fc.string({ unit: "grapheme", ...size })
  if (pattern === undefined) return plain
  const shape = new RegExp(pattern, "u")
  const usual = fc.string({
    unit: fc.constantFrom(..."abcXYZ019._-:"),
    ...size,
    minLength: Math.max(1, minLength)
  })
  // A shape that neither of them meets often is left to the pool.
  return fc.oneof(usual, plain).map((text) => (shape.test(text) ? text : "a1"))
}

const numberOf = (schema: JsonSchema): fc.Arbitrary<number> => {
  const { exclusiveMaximum, exclusiveMinimum, type } = schema
  const min = schema.minimum ?? exclusiveMinimum ?? -1e15
  const max = schema.maximum ?? exclusiveMaximum ?? 1e15
  if (type === "integer") {
    return fc.integer({
      min: Math.max(Math.ceil(min), Number.MIN_SAFE_INTEGER),
      max: Math.min(Math.floor(max), Number.MAX_SAFE_INTEGER)
    })
  }
  return fc.oneof(
    fc.double({ min, max, noNaN: true }),
    fc.integer({ min: Math.ceil(Math.max(min, -1e6)), max: Math.floor(Math.min(max, 1e6)) })
  )
}

const objectOf = (schema: JsonSchema, named: Named, pool: Pool): fc.Arbitrary<unknown> => {
  const { additionalProperties, maxProperties = 4, properties = {}, propertyNames, required = [] } = schema
  const members = Object.entries(properties).map(
    ([name, of]) => [name, arbitraryOf(of, named, pool, name)] as const
  )
  if (members.length === 0 && typeof additionalProperties === "object") {
    const key =
      propertyNames === undefined ? fc.string({ maxLength: 8 }) : textOf(resolved(propertyNames, named))
    const value = arbitraryOf(additionalProperties, named, pool)
    return fc.dictionary(key, value, { maxKeys: Math.min(maxProperties, 4) })
  }
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required] })
}

const shapeOf = (schema: JsonSchema, named: Named, pool: Pool, name: string): fc.Arbitrary<unknown> => {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if ("const" in schema) return fc.constant(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) {
    return fc.oneof(...choices.map((choice) => arbitraryOf(choice, named, pool, name)))
  }
  if (schema.allOf !== undefined) {
    return arbitraryOf(
      Object.assign({}, schema, { allOf: undefined }, ...schema.allOf) as JsonSchema,
      named,
      pool
    )
  }
  switch (schema.type) {
    case "string":
      return textOf(schema)
    case "integer":
    case "number":
      return numberOf(schema)
    case "boolean":
      return fc.boolean()
    case "null":
      return fc.constant(null)
    case "array": {
      const { items, maxItems = 3, minItems = 0 } = schema
      const entry =
        typeof items === "object" ? arbitraryOf(items, named, pool, name.replace(/s$/, "")) : nasty()
      return fc.array(entry, { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 3)) })
    }
    default:
      return objectOf(schema, named, pool)
  }
}

/** Values that fit a schema, mostly such as stand in the pool where there are some. */
export const arbitraryOf = (
  given: JsonSchema,
  named: Named,
  pool: Pool,
  name = ""
): fc.Arbitrary<unknown> => {
  const schema = resolved(given, named)
  const usual = pool(name)
  const shape = shapeOf(schema, named, pool, name)
  return usual === undefined || usual.length === 0
    ? shape
    : fc.oneof({ arbitrary: fc.constantFrom(...usual), weight: 4 }, { arbitrary: shape, weight: 1 })
}

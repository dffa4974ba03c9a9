import type { JsonSchema } from "./operations.ts"

/** Where schemas that are named are found. */
export type Named = Readonly<Record<string, JsonSchema>>

const known: ReadonlySet<string> = new Set([
  "$ref",
  "type",
  "enum",
  "const",
  "anyOf",
  "oneOf",
  "allOf",
  "properties",
  "required",
  "additionalProperties",
  "propertyNames",
  "minProperties",
  "maxProperties",
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minLength",
  "maxLength",
  "pattern",
  "format",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "title",
  "description",
  "default",
  "examples",
  "contentMediaType",
  "contentSchema"
])

/** The schema a reference leads to. */
export const resolved = (schema: JsonSchema, named: Named): JsonSchema => {
  if (schema.$ref === undefined) return schema
  const found = named[schema.$ref.replace("#/components/schemas/", "")]
  if (found === undefined) throw new Error(`${schema.$ref} leads nowhere`)
  return resolved(found, named)
}

const kindOf = (value: unknown): string => {
  if (value === null) return "null"
  if (Array.isArray(value)) return "array"
  return Number.isInteger(value) ? "integer" : typeof value
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => kindOf(value) === "object"

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const date = /^\d{4}-\d\d-\d\d$/
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

const faultsOfText = (value: string, schema: JsonSchema): ReadonlyArray<string> => {
  const { format, maxLength = Infinity, minLength = 0, pattern } = schema
  const length = [...value].length
  return [
    ...(length < minLength || length > maxLength ? ["is too short or too long"] : []),
    ...(pattern !== undefined && !new RegExp(pattern, "u").test(value) ? [`does not match ${pattern}`] : []),
    ...(format === "date" && !date.test(value) ? ["is no date"] : []),
    ...(format === "date-time" && !dateTime.test(value) ? ["is no date and time"] : [])
  ]
}

const faultsOfNumber = (value: number, schema: JsonSchema): ReadonlyArray<string> => {
  const { exclusiveMaximum = Infinity, exclusiveMinimum = -Infinity } = schema
  const { maximum = Infinity, minimum = -Infinity, multipleOf } = schema
  return [
    ...(value < minimum || value > maximum ? ["is out of bounds"] : []),
    ...(value <= exclusiveMinimum || value >= exclusiveMaximum ? ["is out of bounds"] : []),
    ...(multipleOf !== undefined && value % multipleOf !== 0 ? [`is no multiple of ${multipleOf}`] : [])
  ]
}

const faultsOfArray = (value: ReadonlyArray<unknown>, schema: JsonSchema, named: Named, path: string) => {
  const { items, maxItems = Infinity, minItems = 0, prefixItems = [] } = schema
  const faults = value.length < minItems || value.length > maxItems ? [`${path} has too few or many`] : []
  for (const [i, entry] of value.entries()) {
    const of = prefixItems[i] ?? items
    if (of === false) faults.push(`${path}[${i}] is one too many`)
    if (typeof of === "object") faults.push(...faultsOf(entry, of, named, `${path}[${i}]`))
  }
  return faults
}

const faultsOfObject = (
  value: Readonly<Record<string, unknown>>,
  schema: JsonSchema,
  named: Named,
  path: string
) => {
  const { additionalProperties = true, properties = {}, propertyNames, required = [] } = schema
  const { maxProperties = Infinity, minProperties = 0 } = schema
  const names = Object.keys(value)
  const faults = required.filter((name) => !names.includes(name)).map((name) => `${path}.${name} is missing`)
  if (names.length < minProperties || names.length > maxProperties)
    faults.push(`${path} has too many members`)
  for (const name of names) {
    const of = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    if (of === false) faults.push(`${path}.${name} is not declared`)
    if (typeof of === "object") faults.push(...faultsOf(value[name], of, named, `${path}.${name}`))
    if (propertyNames !== undefined) faults.push(...faultsOf(name, propertyNames, named, `${path}: ${name}`))
  }
  return faults
}

const faultsOfType = (value: unknown, schema: JsonSchema, named: Named, path: string) => {
  const kind = kindOf(value)
  const { type = kind } = schema
  if (type !== kind && !(type === "number" && kind === "integer")) return [`${path} is ${kind}, not ${type}`]
  const at = (faults: ReadonlyArray<string>) => faults.map((fault) => `${path} ${fault}`)
  if (typeof value === "string") return at(faultsOfText(value, schema))
  if (typeof value === "number") return at(faultsOfNumber(value, schema))
  if (Array.isArray(value)) return faultsOfArray(value, schema, named, path)
  return isObject(value) ? faultsOfObject(value, schema, named, path) : []
}

/**
 * What is wrong with a value according to a schema; nothing when it fits. A keyword that is not understood
 * here is an error, because what is not understood is not checked.
 */
export const faultsOf = (value: unknown, given: JsonSchema, named: Named, path = "$"): Array<string> => {
  const schema = resolved(given, named)
  const strange = Object.keys(schema).filter((word) => !known.has(word))
  if (strange.length > 0) throw new Error(`the keyword ${strange.join(", ")} is not understood`)
  const faults = [...faultsOfType(value, schema, named, path)]
  if (schema.enum !== undefined && !schema.enum.some((one) => same(one, value))) {
    faults.push(`${path} is none of ${schema.enum.join(", ")}`)
  }
  if ("const" in schema && !same(schema.const, value)) faults.push(`${path} is not ${String(schema.const)}`)
  for (const part of schema.allOf ?? []) faults.push(...faultsOf(value, part, named, path))
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) {
    const tried = choices.map((choice) => faultsOf(value, choice, named, path))
    if (tried.every((found) => found.length > 0)) {
      faults.push(...(tried.toSorted((one, other) => one.length - other.length)[0] ?? []))
    }
  }
  return faults
}

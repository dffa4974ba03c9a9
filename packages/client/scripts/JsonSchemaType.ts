/** The part of JSON Schema that the contract uses. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: ReadonlyArray<string | number | boolean>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly oneOf?: ReadonlyArray<JsonSchema>
  readonly items?: JsonSchema
  readonly properties?: { readonly [name: string]: JsonSchema }
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean | JsonSchema
  readonly description?: string
}

const nonFinite = JSON.stringify(["Infinity", "-Infinity", "NaN"])

/** The contract lists what JSON cannot write as a number; no caller of the client ever sees those words. */
const isNonFinite = (schema: JsonSchema): boolean => JSON.stringify(schema.enum) === nonFinite

/** The component a `$ref` points to. */
export const refName = (ref: string): string => decodeURIComponent(ref.slice(ref.lastIndexOf("/") + 1))

/** The names of the components a schema mentions, itself or through others. */
export const mentions = (
  schema: JsonSchema,
  components: { readonly [name: string]: JsonSchema },
  seen: Set<string> = new Set()
): Set<string> => {
  JSON.stringify(schema, (key: string, value: unknown) => {
    if (key !== "$ref" || typeof value !== "string") return value
    const name = refName(value)
    if (!seen.has(name)) {
      seen.add(name)
      mentions(component(name, components), components, seen)
    }
    return value
  })
  return seen
}

/** The component of that name. */
export const component = (name: string, components: { readonly [name: string]: JsonSchema }): JsonSchema => {
  const found = components[name]
  if (found === undefined) throw new Error(`the contract has no component ${name}`)
  return found
}

/** A schema as the text of a TypeScript type. */
export const render = (schema: JsonSchema, indent = ""): string => {
  if (schema.$ref !== undefined) return refName(schema.$ref)
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)))
  const members = schema.anyOf ?? schema.oneOf
  if (members !== undefined) {
    return union(members.filter((member) => !isNonFinite(member)).map((member) => render(member, indent)))
  }
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type
    case "number":
    case "integer":
      return "number"
    case "array":
      return `ReadonlyArray<${schema.items === undefined ? "unknown" : render(schema.items, indent)}>`
    case "object":
      return renderObject(schema, indent)
    case undefined:
      return "unknown"
    default:
      throw new Error(`the generator does not know the JSON type ${schema.type}`)
  }
}

const union = (members: ReadonlyArray<string>): string => [...new Set(members)].join(" | ")

const renderObject = (schema: JsonSchema, indent: string): string => {
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length === 0 && typeof schema.additionalProperties === "object") {
    return `{ readonly [name: string]: ${render(schema.additionalProperties, indent)} }`
  }
  if (properties.length === 0) return "{ readonly [name: string]: unknown }"
  const inner = `${indent}  `
  const lines = properties.flatMap(([name, property]) => {
    const mark = schema.required?.includes(name) === true ? "" : "?"
    const line = `${inner}readonly ${key(name)}${mark}: ${render(property, inner)}`
    return property.description === undefined ? [line] : [`${inner}/** ${property.description} */`, line]
  })
  return `{\n${lines.join("\n")}\n${indent}}`
}

/** A property name as it stands in a type. */
export const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))

import { exampleOf, thingOf } from "../contract/example.ts"
import { resolved } from "../contract/jsonSchema.ts"
import { contract, type JsonSchema, type Operation, operations } from "../contract/operations.ts"
import type { Scene } from "../contract/Scene.ts"
import { hintsOf, thingsIn } from "../contract/matrix.ts"

/** One place of a request that takes a text. */
export interface TextInput {
  readonly operation: Operation
  /** Such as `query limit` or `body readings.0.channel`. */
  readonly place: string
}

const named = contract.components.schemas

const textsIn = (given: JsonSchema, path: string, depth = 0): ReadonlyArray<string> => {
  const schema = resolved(given, named)
  if (depth > 5) return []
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (parts !== undefined && schema.properties === undefined) {
    return [...new Set(parts.flatMap((part) => textsIn(part, path, depth + 1)))]
  }
  if (schema.type === "string") return [path]
  if (schema.type === "array" && typeof schema.items === "object") {
    return textsIn(schema.items, `${path}.0`, depth + 1)
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, of]) =>
    textsIn(of, `${path}.${name}`, depth + 1)
  )
}

/** Every place of the contract that takes a text. */
export const textInputs: ReadonlyArray<TextInput> = operations.flatMap((operation) => {
  const { parameters = [], requestBody } = operation.described
  const body = requestBody?.content["application/json"]?.schema
  return [
    ...parameters.map(({ in: place, name }) => `${place} ${name}`),
    ...(body === undefined ? [] : textsIn(body, "body"))
  ].map((place) => ({ operation, place }))
})

const put = (value: unknown, path: ReadonlyArray<string>, text: string): unknown => {
  const [name, ...rest] = path
  if (name === undefined) return text
  if (name === "0") return [put(Array.isArray(value) ? value[0] : undefined, rest, text)]
  const known = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}
  return { ...known, [name]: put((known as Readonly<Record<string, unknown>>)[name], rest, text) }
}

/** A request that is sound but for a text in one place. */
export const injected = ({ operation, place }: TextInput, text: string, scene: Scene) => {
  const { described, method, path } = operation
  const [kind = "", name = ""] = place.split(" ")
  const things = thingsIn(scene)
  const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) =>
    encodeURIComponent(kind === "path" && parameter === name ? text : things(thingOf(path, parameter)))
  )
  const query = (described.parameters ?? [])
    .filter(
      (parameter) => parameter.in === "query" && (parameter.required === true || parameter.name === name)
    )
    .map((parameter) => {
      const usual = String(exampleOf(parameter.schema, named, hintsOf(scene), parameter.name))
      const value = kind === "query" && parameter.name === name ? text : usual
      return `${parameter.name}=${encodeURIComponent(value)}`
    })
  const schema = described.requestBody?.content["application/json"]?.schema
  const body = schema === undefined ? undefined : exampleOf(schema, named, hintsOf(scene))
  return {
    method,
    path: query.length === 0 ? filled : `${filled}?${query.join("&")}`,
    ...(kind === "header" ? { headers: { [name]: encodeURIComponent(text) } } : {}),
    ...(body === undefined
      ? {}
      : { body: place.startsWith("body") ? put(body, place.split(".").slice(1), text) : body })
  }
}

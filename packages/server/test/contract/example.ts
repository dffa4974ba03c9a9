import { type Named, resolved } from "./jsonSchema.ts"
import type { JsonSchema, Operation, Parameter } from "./operations.ts"

/** What a member, parameter or entry of a name is to be; undefined where the schema alone says it. */
export type Hint = (name: string) => unknown

const exampleOfObject = (schema: JsonSchema, named: Named, hint: Hint): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([name]) => schema.required?.includes(name) === true)
      .map(([name, of]) => [name, exampleOf(of, named, hint, name)])
  )

/** A value that fits a schema, with no more in it than there has to be. */
export const exampleOf = (given: JsonSchema, named: Named, hint: Hint, name = ""): unknown => {
  const hinted = hint(name)
  if (hinted !== undefined) return hinted
  const schema = resolved(given, named)
  if (schema.enum !== undefined) return schema.enum[0]
  if ("const" in schema) return schema.const
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []
  if (choice !== undefined && schema.properties === undefined) return exampleOf(choice, named, hint, name)
  const { items, minimum = schema.exclusiveMinimum ?? 0, minItems = 0, minLength = 1 } = schema
  if (schema.type === "string") return "a".repeat(Math.max(1, minLength))
  if (schema.type === "integer" || schema.type === "number") return Math.max(minimum, 1)
  if (schema.type === "boolean") return true
  if (schema.type === "null") return null
  if (schema.type === "array") {
    const entry = typeof items === "object" ? items : {}
    return Array.from({ length: minItems }, () => exampleOf(entry, named, hint, name.replace(/s$/, "")))
  }
  return exampleOfObject(schema, named, hint)
}

/** A request, ready to be sent. */
export interface ReadyRequest {
  readonly method: string
  /** With what stands in it, and the query. */
  readonly path: string
  readonly body?: unknown
}

/** Which thing a parameter of the path names: what stands before it. */
export const thingOf = (path: string, parameter: string): string =>
  path
    .slice(0, path.indexOf(`{${parameter}}`))
    .split("/")
    .at(-2) ?? ""

const sent = ({ name, schema }: Parameter, named: Named, hint: Hint): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(String(exampleOf(schema, named, hint, name)))}`

/** A request that fits a route: with the things given, by what stands before them in the path. */
export const requestOf = (
  { described, method, path }: Operation,
  named: Named,
  things: (thing: string) => string,
  hint: Hint
): ReadyRequest => {
  const parameters = described.parameters ?? []
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(things(thingOf(path, name)))
  )
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required === true)
    .map((parameter) => sent(parameter, named, hint))
  const body = described.requestBody?.content["application/json"]?.schema
  return {
    method,
    path: query.length === 0 ? filled : `${filled}?${query.join("&")}`,
    ...(body === undefined ? {} : { body: exampleOf(body, named, hint) })
  }
}

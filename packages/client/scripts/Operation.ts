import { Api } from "@wattkit/api"
import { Option, Schema, SchemaAST } from "effect"
import { HttpApi, OpenApi } from "effect/http-api"
import type { JsonSchema } from "./JsonSchemaType.ts"

/** One endpoint of the contract, as much of it as a client needs. */
export interface Operation {
  readonly group: string
  readonly name: string
  readonly method: string
  /** The path with its parameters in braces. */
  readonly path: string
  readonly summary: string | undefined
  readonly pathParams: ReadonlyArray<string>
  readonly query: ReadonlyArray<QueryParam>
  readonly body: JsonSchema | undefined
  readonly result: JsonSchema
  /** Whether the answer is a page of a list. */
  readonly isPaged: boolean
  /** Whether the answer stands outside the envelope. */
  readonly isPlain: boolean
  /** Whether no credential is needed. */
  readonly isOpen: boolean
  /** Whether sending it twice does what sending it once does. */
  readonly isRepeatable: boolean
}

/** One parameter of a query. */
export interface QueryParam {
  readonly name: string
  /** As TypeScript writes it. */
  readonly type: string
  readonly required: boolean
}

/**
 * The requests that change something and may still be sent again without a key of their own. The same reading
 * twice changes nothing, by its identity of device, channel and instant; rules are set as a whole.
 */
const repeatable: ReadonlySet<string> = new Set(["readings.ingest", "readings.ingestMany", "usage.setRules"])

interface OpenApiParameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: JsonSchema
}

interface OpenApiOperation {
  readonly operationId: string
  readonly summary?: string
  readonly parameters: ReadonlyArray<OpenApiParameter>
  readonly security: ReadonlyArray<unknown>
  readonly requestBody?: { readonly content: Content }
  readonly responses: { readonly [status: string]: { readonly content?: Content } }
}

type Content = { readonly [mediaType: string]: { readonly schema: JsonSchema } }

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: OpenApiOperation } }
  readonly components: { readonly schemas: { readonly [name: string]: JsonSchema } }
}

/** The contract as an OpenAPI document. */
export const document = (): Document => JSON.parse(JSON.stringify(OpenApi.fromApi(Api)))

/** Every endpoint of the document, in the order of the contract. */
export const operations = (from: Document): ReadonlyArray<Operation> => {
  const numeric = numericQueryParams()
  const all = Object.entries(from.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => read(method.toUpperCase(), path, operation, numeric))
  )
  for (const id of repeatable) {
    if (!all.some((one) => `${one.group}.${one.name}` === id)) throw new Error(`the contract has no ${id}`)
  }
  return all
}

const read = (
  method: string,
  path: string,
  operation: OpenApiOperation,
  numeric: ReadonlySet<string>
): Operation => {
  const [group = "", name = ""] = operation.operationId.split(".")
  const pathParams = operation.parameters.filter((one) => one.in === "path").map((one) => one.name)
  const query = operation.parameters
    // Who asks for some fields is not answered the type of the whole, which is what the client promises.
    .filter((one) => one.in === "query" && one.name !== "fields")
    .map((one) => ({
      name: one.name,
      type: numeric.has(`${operation.operationId}.${one.name}`) ? "number" : textTypeOf(one.schema),
      required: one.required
    }))
  const body = operation.requestBody === undefined ? undefined : jsonOf(operation.requestBody.content, path)
  const names = [...pathParams, ...query.map((one) => one.name), ...(body === undefined ? [] : ["body"])]
  if (new Set(names).size < names.length)
    throw new Error(`${operation.operationId} has two parameters of one name`)
  const success = successOf(operation)
  const data = success.properties?.["meta"] === undefined ? undefined : success.properties["data"]
  return {
    group,
    name,
    method,
    path,
    summary: operation.summary,
    pathParams,
    query,
    body,
    result: data ?? success,
    isPaged: query.some((one) => one.name === "cursor") && data?.type === "array",
    isPlain: data === undefined,
    isOpen: operation.security.length === 0,
    isRepeatable: method === "GET" || repeatable.has(operation.operationId)
  }
}

/** Words that are listed are listed in the type as well. */
const textTypeOf = ({ enum: words }: JsonSchema): string =>
  words?.map((word) => JSON.stringify(word)).join(" | ") ?? "string"

const successOf = (operation: OpenApiOperation): JsonSchema => {
  const found = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"))
  const content = found[0]?.[1].content
  if (found.length !== 1 || content === undefined) {
    throw new Error(`${operation.operationId} needs exactly one kind of success, with a body`)
  }
  return jsonOf(content, operation.operationId)
}

const jsonOf = (content: Content, where: string): JsonSchema => {
  const json = content["application/json"]
  if (json === undefined) throw new Error(`${where} does not speak JSON, which is all the client speaks`)
  return json.schema
}

/**
 * The query parameters that are numbers behind their text, as `group.endpoint.parameter`. In OpenAPI all of
 * them are strings, so each is asked what it makes of one.
 */
const numericQueryParams = (): ReadonlySet<string> => {
  const found = new Set<string>()
  HttpApi.reflect(Api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint, group }) => {
      const ast = endpoint.query?.ast
      if (ast === undefined || !SchemaAST.isObjects(ast)) return
      for (const { name, type } of ast.propertySignatures) {
        const decode = Schema.decodeUnknownOption(Schema.make<Schema.Codec<unknown>>(type))
        if (Option.getOrUndefined(decode("1")) === 1) {
          found.add(`${group.identifier}.${endpoint.identifier}.${String(name)}`)
        }
      }
    }
  })
  return found
}

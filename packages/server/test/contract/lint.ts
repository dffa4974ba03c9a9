import { resolved } from "./jsonSchema.ts"
import { type ContractDocument, type JsonSchema, type Operation, operationsOf } from "./operations.ts"

/** Something in the document that its readers could not rely on. */
export type Complaint = string

interface Tagged extends ContractDocument {
  readonly tags?: ReadonlyArray<{ readonly name: string; readonly description?: string }>
  readonly info?: { readonly title?: string; readonly description?: string; readonly version?: string }
}

/** What people and programs ask before they have a credential. */
const beforeSignIn: ReadonlySet<string> = new Set(
  [
    "register",
    "verify-email",
    "login",
    "mfa/challenge",
    "refresh",
    "forgot-password",
    "reset-password",
    "accept-invitation",
    "token",
    "jwks.json"
  ].map((name) => `/v1/auth/${name}`)
)

/** Routes everybody may ask, with or without a credential. */
const isOpen = ({ path }: Operation): boolean => path.startsWith("/health") || beforeSignIn.has(path)

const idsTwice = (operations: ReadonlyArray<Operation>): ReadonlyArray<Complaint> => {
  const seen = new Set<string>()
  return operations
    .filter(({ described: { operationId } }) => seen.size === seen.add(operationId).size)
    .map(({ described, name }) => `${name}: the operationId ${described.operationId} is taken`)
}

const ofWords = ({ described, name }: Operation): ReadonlyArray<Complaint> => {
  const { summary = "", tags = [] } = described
  return [
    ...(summary === "" ? [`${name}: has no summary`] : []),
    ...(summary.length > 100 ? [`${name}: the summary is no summary`] : []),
    ...(/[.\s]$/.test(summary) ? [`${name}: the summary ends in a full stop`] : []),
    ...(tags.length === 1 ? [] : [`${name}: has ${tags.length} tags`])
  ]
}

const ofParameters = ({ described, name, path }: Operation): ReadonlyArray<Complaint> => {
  const parameters = described.parameters ?? []
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
  const declared = parameters
    .filter((parameter) => parameter.in === "path")
    .map((parameter) => parameter.name)
  const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
  return [
    ...(inPath.sort().join() === declared.sort().join() ? [] : [`${name}: path and parameters differ`]),
    ...(new Set(keys).size === keys.length ? [] : [`${name}: a parameter is there twice`])
  ]
}

const ofResponses = (operation: Operation): ReadonlyArray<Complaint> => {
  const { described, method, name, path } = operation
  const has = (status: number) => String(status) in described.responses
  const wanted = [
    400,
    ...(isOpen(operation) ? [] : [401, 403]),
    ...(path.startsWith("/v1/") ? [429, 500, 503] : []),
    ...(path.includes("{") ? [404] : []),
    ...(described.requestBody === undefined ? [] : [413, 415])
  ]
  const success = Object.keys(described.responses).filter((status) => status.startsWith("2"))
  return [
    ...wanted.filter((status) => !has(status)).map((status) => `${name}: ${status} is not documented`),
    ...(success.length > 0 ? [] : [`${name}: no success is documented`]),
    ...(method === "GET" && described.requestBody !== undefined ? [`${name}: GET has no body`] : [])
  ]
}

const ofSecurity = (operation: Operation): ReadonlyArray<Complaint> => {
  const isClosed = (operation.described.security ?? []).length > 0
  return isClosed === isOpen(operation) ? [`${operation.name}: is ${isClosed ? "closed" : "open"}`] : []
}

const isBounded = ({ enum: words, format, maxLength, pattern }: JsonSchema): boolean =>
  words !== undefined || maxLength !== undefined || format !== undefined || pattern !== undefined

/** Of words that are told there are only so many. */
const isFew = ({ items }: JsonSchema): boolean => typeof items === "object" && items.enum !== undefined

/** Texts and lists that are taken from strangers without saying how much they may be. */
const boundless = (
  given: JsonSchema,
  document: ContractDocument,
  path: string,
  depth = 0
): ReadonlyArray<string> => {
  const schema = resolved(given, document.components.schemas)
  if (depth > 6) return []
  const inside = (part: JsonSchema, at: string) => boundless(part, document, at, depth + 1)
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return [
    ...(schema.type === "string" && !isBounded(schema) ? [`${path} is a text of any length`] : []),
    ...(schema.type === "array" && schema.maxItems === undefined && !isFew(schema)
      ? [`${path} is a list of any length`]
      : []),
    ...parts.flatMap((part) => inside(part, path)),
    ...(typeof schema.items === "object" ? inside(schema.items, `${path}[]`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, of]) => inside(of, `${path}.${name}`))
  ]
}

/** Readings are counted and weighed while they are read; `limits.ts` says how many. */
const weighed: ReadonlySet<string> = new Set(["readings.ingest", "readings.ingestMany"])

const ofBounds = (document: ContractDocument, { described, name }: Operation): ReadonlyArray<Complaint> => {
  const body = weighed.has(described.operationId)
    ? undefined
    : described.requestBody?.content["application/json"]?.schema
  return [
    ...(described.parameters ?? []).flatMap((parameter) =>
      boundless(parameter.schema, document, `${parameter.in} ${parameter.name}`)
    ),
    ...(body === undefined ? [] : boundless(body, document, "body"))
  ].map((complaint) => `${name}: ${complaint}`)
}

/** Everything that is wrong with a document. */
export const lint = (document: Tagged): ReadonlyArray<Complaint> => {
  const operations = operationsOf(document)
  const { info, tags = [] } = document
  return [
    ...(info?.title === undefined || info.description === undefined
      ? ["the document says not what it is"]
      : []),
    ...tags
      .filter(({ description = "" }) => description === "")
      .map(({ name }) => `the tag ${name} says nothing`),
    ...idsTwice(operations),
    ...operations.flatMap((operation) => [
      ...ofWords(operation),
      ...ofParameters(operation),
      ...ofResponses(operation),
      ...ofSecurity(operation),
      ...ofBounds(document, operation)
    ])
  ]
}

import fc from "fast-check"
import { arbitraryOf, nasty, nastyTexts, type Pool } from "./arbitraries.ts"
import { thingOf } from "./example.ts"
import type { ContractDocument, Operation, Parameter } from "./operations.ts"

/** A request as it goes over the wire, and to which route. */
export interface RawRequest {
  readonly operation: Operation
  readonly kind: "valid" | "one wrong" | "mutated"
  /** Whose credential it carries, by number. */
  readonly bearer: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** A request before it is written down. */
interface Draft {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

const textOf = (value: unknown): string =>
  (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).toWellFormed()

/** A path of which no part disappears when it is normalised. */
const segmentOf = (value: unknown): string => {
  const text = encodeURIComponent(textOf(value))
  return text === "" || text === "." || text === ".." ? "x" : text
}

/** A header holds visible characters of one byte only. */
const headerOf = (value: unknown): string =>
  textOf(value)
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 1_000)

const inPlace = ({ described }: Operation, place: string): ReadonlyArray<Parameter> =>
  (described.parameters ?? []).filter((parameter) => parameter.in === place)

/** Makes the requests that fit a route. */
const drafts = (operation: Operation, { components }: ContractDocument, pool: Pool): fc.Arbitrary<Draft> => {
  const named = components.schemas
  const values = (place: string, requiredOnly: boolean) => {
    const parameters = inPlace(operation, place)
    const model = Object.fromEntries(
      parameters.map(({ name, schema }) => {
        const about = place === "path" ? thingOf(operation.path, name) : name
        return [name, arbitraryOf(schema, named, pool, about)]
      })
    )
    const requiredKeys = parameters.filter(({ required }) => required === true).map(({ name }) => name)
    const all = fc.record(model, { requiredKeys })
    // Most that is optional is left out, or hardly any combination would make sense.
    return requiredOnly
      ? fc.oneof(
          fc.record(model, { requiredKeys }).map((given) => pick(given, requiredKeys)),
          all
        )
      : all
  }
  const schema = operation.described.requestBody?.content["application/json"]?.schema
  return fc.record({
    params: values("path", false),
    query: values("query", true),
    headers: values("header", true),
    body: schema === undefined ? fc.constant(undefined) : arbitraryOf(schema, named, pool)
  }) as fc.Arbitrary<Draft>
}

const pick = (given: Readonly<Record<string, unknown>>, names: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Puts something else in one place, chosen by a number. */
const spoiled = (value: unknown, wrong: unknown, choice: number): unknown => {
  if (Array.isArray(value) && value.length > 0 && choice % 4 !== 0) {
    const at = choice % value.length
    return value.with(at, spoiled(value[at], wrong, Math.floor(choice / value.length)))
  }
  if (!isObject(value) || choice % 7 === 0) return wrong
  const names = Object.keys(value)
  const name = names[choice % (names.length + 1)]
  const rest = Math.floor(choice / (names.length + 1))
  if (name === undefined) return { ...value, [["__proto__", "tenantId", "extra"][rest % 3]!]: wrong }
  return rest % 5 === 0
    ? Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
    : { ...value, [name]: spoiled(value[name], wrong, rest) }
}

const withOneWrong = (draft: Draft, wrong: unknown, choice: number): Draft => {
  const places = (["params", "query", "body", "headers"] as const).filter(
    (place) =>
      place === "query" || (isObject(draft[place]) ? Object.keys(draft[place]).length > 0 : draft[place])
  )
  const place = places[choice % places.length] ?? "query"
  const rest = Math.floor(choice / places.length)
  if (place === "body") return { ...draft, body: spoiled(draft.body, wrong, rest) }
  const names = Object.keys(draft[place])
  const name = names[rest % Math.max(1, names.length)] ?? "limit"
  return { ...draft, [place]: { ...draft[place], [name]: wrong } }
}

const written = (
  operation: Operation,
  kind: RawRequest["kind"],
  bearer: number,
  draft: Draft
): RawRequest => {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(draft.params[name]))
  const query = Object.entries(draft.query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`)
    .join("&")
  const body = draft.body === undefined ? undefined : JSON.stringify(draft.body)
  return {
    operation,
    kind,
    bearer,
    body,
    path: query === "" ? filled : `${filled}?${query}`,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...Object.fromEntries(
        Object.entries(draft.headers).map(([name, value]) => [name.toLowerCase(), headerOf(value)])
      )
    }
  }
}

interface Mutation {
  readonly at: number
  readonly cut: number
  readonly put: string
  readonly header: readonly [string, string]
}

const oddHeaders: ReadonlyArray<readonly [string, string]> = [
  ["accept", "application/problem+json"],
  ["accept", "text/html;q=0.1"],
  ["content-type", "text/plain"],
  ["content-type", "application/x-www-form-urlencoded"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "text/csv"],
  ["content-type", "application/x-ndjson"],
  ["content-encoding", "gzip"],
  ["accept-encoding", "br;q=1, gzip;q=x"],
  ["if-none-match", 'W/"x", *'],
  ["if-match", '"x"'],
  ["idempotency-key", "same"],
  ["idempotency-key", "é"],
  ["x-request-id", "<script>"],
  ["range", "bytes=0-1"],
  ["x-forwarded-for", "1.2.3.4"],
  ["x-http-method-override", "DELETE"],
  ["cookie", "session=1"]
]

const mutations: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(400),
  cut: fc.nat(6),
  put: fc.oneof(fc.constantFrom(...nastyTexts), fc.string({ unit: "binary", maxLength: 6 })),
  header: fc.constantFrom(...oddHeaders)
})

const mutated = (request: RawRequest, { at, cut, header, put }: Mutation): RawRequest => {
  const { body, headers, path } = request
  const [name, value] = header
  const head = at % 3 === 0 ? { ...headers, [name]: headerOf(value) } : headers
  if (body !== undefined && at % 2 === 0) {
    const from = at % (body.length + 1)
    return { ...request, headers: head, body: body.slice(0, from) + put + body.slice(from + cut) }
  }
  const query = `${path.includes("?") ? "&" : "?"}${encodeURIComponent(put.toWellFormed())}=%ZZ`
  return {
    ...request,
    headers: { ...head, [name]: headerOf(value) },
    path: at % 5 === 0 ? path + query : path
  }
}

/** Requests to all routes of a document: a third that fit, a third with one thing wrong, a third mutated. */
export const requestsTo = (
  document: ContractDocument,
  operations: ReadonlyArray<Operation>,
  pool: Pool,
  bearers: number
): fc.Arbitrary<RawRequest> => {
  const known = operations.map((operation) => {
    const draft = drafts(operation, document, pool)
    const bearer = fc.nat(bearers - 1)
    const valid = fc.tuple(bearer, draft).map(([who, given]) => written(operation, "valid", who, given))
    const wrong = fc
      .tuple(bearer, draft, nasty(), fc.nat(1_000_000))
      .map(([who, given, value, choice]) =>
        written(operation, "one wrong", who, withOneWrong(given, value, choice))
      )
    const changed = fc
      .tuple(valid, mutations)
      .map(([request, mutation]) => mutated({ ...request, kind: "mutated" }, mutation))
    return fc.oneof(valid, wrong, changed)
  })
  return fc.oneof(...known)
}

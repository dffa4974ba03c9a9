import { statusOf } from "../failures.ts"

/** As much of an OpenAPI document as the conventions touch. */
interface Json {
  [name: string]: unknown
}

interface Operation {
  readonly operationId: string
  readonly security: ReadonlyArray<unknown>
  readonly requestBody?: unknown
  parameters: Array<Json>
  responses: { [status: string]: { description: string; content?: Json; headers?: Json } }
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } }
  readonly components: { readonly schemas: { [name: string]: Json } }
}

const text = { type: "string" }

/** All headers together, and so a line with a query, have 16 KiB; nothing of these is ever so long. */
const line = { ...text, maxLength: 8_192 }

/** Numbers as they stand in a query. */
const numbers: Readonly<Record<string, Json>> = {
  limit: { ...text, pattern: "^[1-9][0-9]{0,2}$" },
  number: { ...text, pattern: "^[1-9][0-9]{0,15}$" }
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  schema: { ...text, minLength: 1, maxLength: 255 },
  description: "The first answer to this key is kept for 24 hours and given again to every repetition."
}

const ifNoneMatch = {
  name: "If-None-Match",
  in: "header",
  required: false,
  schema: line,
  description:
    "The ETag of an answer that is known: 304 and nothing else when it still is what would be said."
}

const ifMatch = {
  name: "If-Match",
  in: "header",
  required: false,
  schema: line,
  description: "The ETag that reading the whole thing answered: 412 and no change when it is another now."
}

const fields = {
  name: "fields",
  in: "query",
  required: false,
  schema: line,
  description: "Names of fields, separated by commas: only these are answered of each thing."
}

const problem = {
  type: "object",
  description: "A failure as RFC 9457 tells it, to whoever accepts application/problem+json.",
  properties: {
    type: text,
    title: text,
    status: { type: "integer" },
    detail: text,
    code: { type: "string", enum: Object.keys(statusOf) },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { field: text, reason: text },
        required: ["field", "reason"],
        additionalProperties: false
      }
    },
    requestId: text,
    timestamp: text
  },
  required: ["type", "title", "status", "detail", "code", "errors", "requestId", "timestamp"],
  additionalProperties: false
}

/** Taking readings in is idempotent by what a reading is: device, channel and instant. */
const idempotentAnyway: ReadonlySet<string> = new Set(["readings.ingest", "readings.ingestMany"])

/** Answers in a form of others, which has neither fields of ours nor a tag. */
const withoutEnvelope: ReadonlySet<string> = new Set(["auth.keys"])

const failureResponse = (code: keyof typeof statusOf) => ({
  description: `Failure_${code}`,
  content: { "application/json": { schema: { $ref: `#/components/schemas/Failure_${code}` } } }
})

/** The schema of one failure, made from that of another. */
const likewise = (schema: Json | undefined, code: string, other: string): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll(`"${code}"`, `"${other}"`))

const tellProblems = ({ responses }: Operation): void => {
  for (const [status, response] of Object.entries(responses)) {
    if (Number(status) < 400 || response.content === undefined) continue
    response.content["application/problem+json"] = { schema: { $ref: "#/components/schemas/Problem" } }
  }
}

/** A number in a query is read from a text, of which the schema says nothing more. */
const tellNumbers = ({ parameters }: Operation): void => {
  for (const parameter of parameters) {
    const number = parameter["in"] === "query" ? numbers[String(parameter["name"])] : undefined
    if (number !== undefined) parameter["schema"] = number
  }
}

const tellConventions = (method: string, operation: Operation): void => {
  const { operationId, parameters, requestBody, responses } = operation
  responses["429"] ??= failureResponse("RATE_LIMITED")
  if (requestBody !== undefined) {
    responses["413"] ??= failureResponse("PAYLOAD_TOO_LARGE")
    responses["415"] ??= failureResponse("UNSUPPORTED_MEDIA_TYPE")
  }
  if (method === "get" && !withoutEnvelope.has(operationId)) {
    parameters.push({ ...fields }, { ...ifNoneMatch })
    responses["304"] = { description: "What is known still is what would be said" }
  }
  if (responses["412"] !== undefined) parameters.push({ ...ifMatch })
  if (method !== "get" && method !== "delete" && !idempotentAnyway.has(operationId)) {
    parameters.push({ ...idempotencyKey })
    responses["409"] ??= failureResponse("CONFLICT")
    responses["422"] ??= failureResponse("UNPROCESSABLE")
  }
}

/** Writes into the document what holds for every route alike, and no route says for itself. */
export const withConventions = (document: Document): Document => {
  const { schemas } = document.components
  schemas["Problem"] = problem
  schemas["Failure_UNPROCESSABLE"] ??= likewise(schemas["Failure_CONFLICT"], "CONFLICT", "UNPROCESSABLE")
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (path.startsWith("/v1/")) tellConventions(method, operation)
      tellNumbers(operation)
      if (!path.startsWith("/health")) tellProblems(operation)
    }
  }
  return document
}

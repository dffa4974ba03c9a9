import { Agent, request } from "node:http"
import fc from "fast-check"
import { faultsOf } from "./jsonSchema.ts"
import type { ContractDocument } from "./operations.ts"
import type { RawRequest } from "./requests.ts"

/** What came back, as it came. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | Array<string> | undefined>>
  readonly text: string
}

/** Sends a request, with a bearer by number. */
export type Send = (request: RawRequest) => Promise<RawAnswer>

/** Sends over kept connections; `secrets` are those of the bearers, null for nobody. */
export const makeSend = (url: string, secrets: ReadonlyArray<string | null>) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const { hostname, port } = new URL(url)
  const send: Send = ({ bearer, body, headers, operation, path }) =>
    new Promise((resolve, reject) => {
      const secret = secrets[bearer] ?? null
      const sent = request(
        {
          agent,
          hostname,
          port,
          path,
          method: operation.method,
          headers: {
            ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
            ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
            ...headers
          }
        },
        (response) => {
          const chunks: Array<Buffer> = []
          response.on("data", (chunk: Buffer) => chunks.push(chunk))
          response.on("error", reject)
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8")
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
          })
        }
      )
      sent.on("error", reject)
      sent.end(body)
    })
  return { send, close: () => agent.destroy() }
}

/** What tells of the inside: frames of a stack, paths of files, words of a database or of the language. */
const insides = new RegExp(
  [
    String.raw`\n\s+at |\bnode_modules\b|\.[jt]s:\d+|file://|/packages/`,
    'syntax error at or near|violates |relation "|PgError|SqlError',
    "Cannot read propert|is not a function|is not iterable"
  ].join("|")
)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const idIn = (body: unknown): unknown => {
  const said = body as {
    readonly meta?: { readonly requestId?: unknown }
    readonly requestId?: unknown
  } | null
  return said?.meta?.requestId ?? said?.requestId
}

const faultsOfBody = (document: ContractDocument, { operation, path }: RawRequest, answer: RawAnswer) => {
  const { headers, status, text } = answer
  const type = String(headers["content-type"] ?? "").split(";")[0] ?? ""
  const content = operation.described.responses[String(status)]?.content
  if (content === undefined) return text === "" ? [] : ["a body that is not documented"]
  const encoded = headers["content-encoding"]
  if (encoded !== undefined) return []
  const schema = content[type]?.schema
  if (schema === undefined) return [`the Content-Type ${type} is not documented`]
  const body = parsed(text)
  const isPart = /[?&]fields=/.test(path)
  const faults: Array<string> = faultsOf(body, schema, document.components.schemas)
    .filter((fault) => !isPart || !fault.endsWith("is missing"))
    .slice(0, 3)
  // An answer that is given again is the first one's; what is told in words of others has no place for an id.
  if (headers["idempotent-replayed"] !== undefined) return faults
  const id = idIn(body)
  if (id === undefined ? status >= 400 : id !== headers["x-request-id"])
    faults.push("the body has another requestId")
  return faults
}

/** What is wrong with an answer, according to the document and to what holds for every answer. */
export const faultsOfAnswer = (
  document: ContractDocument,
  asked: RawRequest,
  answer: RawAnswer
): ReadonlyArray<string> => {
  const { headers, status, text } = answer
  const faults: Array<string> = []
  const isBusy = status === 503 && headers["retry-after"] !== undefined
  if (status >= 500 && !isBusy) faults.push(`${status} is nobody's fault but ours`)
  if (!(String(status) in asked.operation.described.responses)) faults.push(`${status} is not documented`)
  else faults.push(...faultsOfBody(document, asked, answer))
  if (headers["x-request-id"] === undefined) faults.push("no X-Request-Id")
  if (headers["x-content-type-options"] !== "nosniff") faults.push("no X-Content-Type-Options")
  const [inside] = insides.exec(text) ?? []
  if (inside !== undefined) faults.push(`the body tells of the inside: ${inside}`)
  return faults
}

/** A request and what was wrong with its answer. */
export interface Finding {
  readonly request: RawRequest
  readonly answer: RawAnswer
  readonly faults: ReadonlyArray<string>
}

/** What a run found, and how often each status was answered. */
export interface FuzzReport {
  readonly requests: number
  readonly findings: ReadonlyArray<Finding>
  readonly statuses: ReadonlyMap<number, number>
  readonly slowestMs: number
}

/** A finding in lines for people. */
export const told = ({ answer, faults, request }: Finding): string => {
  const { bearer, body = "", headers, kind, operation, path } = request
  return [
    `${operation.name}, ${kind}, bearer ${bearer}: ${faults.join("; ")}`,
    `${operation.method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${body.slice(0, 300)}`,
    `${answer.status} ${answer.text.slice(0, 300)}`
  ].join("\n  ")
}

/** Sends as many requests as asked for, some at the same time, and judges every answer. */
export const fuzz = async (
  document: ContractDocument,
  send: Send,
  requests: fc.Arbitrary<RawRequest>,
  { atOnce = 8, count, seed }: { readonly count: number; readonly seed: number; readonly atOnce?: number }
): Promise<FuzzReport> => {
  const findings: Array<Finding> = []
  const statuses = new Map<number, number>()
  let slowestMs = 0
  const one = async (asked: RawRequest): Promise<void> => {
    const startedAt = performance.now()
    const answer = await send(asked)
    slowestMs = Math.max(slowestMs, performance.now() - startedAt)
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    const faults = faultsOfAnswer(document, asked, answer)
    if (faults.length > 0 && findings.length < 1_000) findings.push({ request: asked, answer, faults })
  }
  const waiting = fc.sample(requests, { seed, numRuns: count }).values()
  const work = async (): Promise<void> => {
    for (const asked of waiting) await one(asked)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { requests: count, findings, statuses, slowestMs }
}

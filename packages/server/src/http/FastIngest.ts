import type { IncomingMessage, ServerResponse } from "node:http"
import { type FailureOf, statusOf } from "@wattkit/api"
import type { DeviceId } from "@wattkit/core"
import { Credentials, Ingest, type Settled } from "@wattkit/engine"
import { decode, plainSubmissionOf } from "@wattkit/transport-http"
import { Cause, Effect, LogLevel, Option, Redacted, References } from "effect"
import { Lifecycle } from "../Lifecycle.ts"
import { limits } from "../limits.ts"
import { type Known, meta, retryAfterOf, type Success, toFailure } from "./answer.ts"
import { principalOf } from "./Authorization.ts"
import { extraHeaders, logRequest } from "./edge.ts"
import type { Front } from "./FrontServer.ts"
import { unexpected } from "./recover.ts"
import { RequestId, requestIdOf } from "./requestId.ts"
import { securityHeaders } from "./securityHeaders.ts"

/** What goes out. */
interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Success<unknown> | FailureOf
}

/** A request and what it says of itself. */
interface Arrival {
  readonly id: DeviceId
  readonly response: ServerResponse
  readonly secret: string
  readonly requestId: string
  readonly startedAt: number
  readonly asked: { readonly method: string; readonly url: string; readonly ip: string | undefined }
}

const path = /^\/v1\/devices\/((?!\.{1,2}\/)[A-Za-z0-9._:-]{1,64})\/energy\/readings$/
const bearer = /^Bearer +(\S+)$/i

/**
 * The device a plain ingest request is about; undefined for every other request. What is special, such as a
 * body in another form, a page of another origin or an id that is none, is left to the route of the contract.
 */
const deviceOf = ({ headers, method, url = "" }: IncomingMessage): DeviceId | undefined => {
  const isPlain =
    method === "POST" &&
    headers["content-type"] === "application/json" &&
    headers["content-encoding"] === undefined &&
    headers.origin === undefined &&
    headers.expect === undefined &&
    bearer.test(headers.authorization ?? "") &&
    Number(headers["content-length"]) <= limits.ingest.bytes
  return isPlain ? (path.exec(url)?.[1] as DeviceId | undefined) : undefined
}

/** Gives the body on when all of it is there; when it breaks off, nobody waits for an answer either. */
const readBody = (request: IncomingMessage, then: (body: Uint8Array<ArrayBuffer>) => void): void => {
  const chunks: Array<Buffer<ArrayBuffer>> = []
  request.on("data", (chunk: Buffer<ArrayBuffer>) => chunks.push(chunk))
  request.on("end", () => then(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
}

const usual = { "cache-control": "no-store", ...securityHeaders({ status: 200, headers: {} }) }

const write = (response: ServerResponse, { body, headers, status }: Reply): void => {
  if (response.destroyed) return
  const text = JSON.stringify(body)
  response.writeHead(status, {
    ...usual,
    ...headers,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "x-request-id": body.meta.requestId
  })
  // A text leaves in one piece with the head; bytes would be a second write to the socket.
  response.end(text, "utf8")
}

const isFailure = (error: Known | FailureOf): error is FailureOf => "success" in error

/** The answer to a failure, which is the envelope already or still the error. */
const failed = Effect.fnUntraced(function* (cause: Cause.Cause<Known | FailureOf>) {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  if (error === undefined) return { status: 500, headers: {}, body: yield* unexpected(cause) }
  const body = isFailure(error) ? error : yield* Effect.flip(toFailure(error))
  const status = statusOf[body.error.code]
  const retryAfter = isFailure(error) ? undefined : retryAfterOf(error)
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter }
  return { status, headers: { ...extraHeaders(status), ...headers }, body }
})

/** Makes what answers requests, and writes down that it did. */
const makeAnswer = Effect.gen(function* () {
  const context = yield* Effect.context<never>()
  const logs = LogLevel.isGreaterThanOrEqualTo("Info", yield* References.MinimumLogLevel)

  const answer = ({ asked, requestId, response, startedAt }: Arrival, reply: Effect.Effect<Reply>): void => {
    const replied = reply.pipe(
      Effect.tap(({ status }) => logRequest(asked, status, startedAt)),
      Effect.provideService(RequestId, requestId),
      Effect.annotateLogs("requestId", requestId)
    )
    Effect.runCallbackWith(context)(replied, {
      onExit: (exit) => (exit._tag === "Success" ? write(response, exit.value) : response.destroy())
    })
  }

  const answerPlain = (arrival: Arrival, settled: Settled): void => {
    if (settled._tag === "Failure") return answer(arrival, failed(settled.cause))
    const { requestId, response } = arrival
    const meta = { timestamp: new Date().toISOString(), requestId }
    const reply: Reply = {
      status: 200,
      headers: {},
      body: { success: true, data: settled.value, error: null, meta }
    }
    if (logs) answer(arrival, Effect.succeed(reply))
    else write(response, reply)
  }

  return { answer, answerPlain }
})

/**
 * Takes plain ingest requests before they reach the router: it does what the route of the contract does,
 * word for word, without what the router costs, which counts where a device sends one reading at a time.
 */
export const make: Effect.Effect<Front, never, Ingest | Credentials | Lifecycle> = Effect.gen(function* () {
  const { ingest, ingestPlain } = yield* Ingest
  const { believed, verify } = yield* Credentials
  const lifecycle = yield* Lifecycle
  const { answer, answerPlain } = yield* makeAnswer

  const takeAnything = (arrival: Arrival, body: Uint8Array<ArrayBuffer>): void => {
    const stored = Effect.gen(function* () {
      const principal = yield* principalOf(verify, Redacted.make(arrival.secret))
      const submission = yield* decode(body, { contentType: "application/json" }, limits.ingest)
      return yield* ingest(principal, arrival.id, submission)
    })
    const replied = Effect.matchCauseEffect(stored, {
      onSuccess: (data) =>
        Effect.map(meta, (meta): Reply => ({
          status: 200,
          headers: {},
          body: { success: true, data, error: null, meta }
        })),
      onFailure: failed
    })
    answer(arrival, replied)
  }

  /** Whether the body is what almost every device sends, and is on its way to the store. */
  const takePlain = (arrival: Arrival, body: Uint8Array<ArrayBuffer>): boolean => {
    const principal = believed(arrival.secret)
    const submission = principal === undefined ? undefined : plainSubmissionOf(body)
    if (principal === undefined || submission === undefined) return false
    return ingestPlain(principal, arrival.id, submission, (settled) => answerPlain(arrival, settled))
  }

  return (request, response) => {
    const id = lifecycle.phase() === "draining" ? undefined : deviceOf(request)
    if (id === undefined) return false
    const arrival: Arrival = {
      id,
      response,
      secret: bearer.exec(request.headers.authorization ?? "")?.[1] ?? "",
      startedAt: performance.now(),
      requestId: requestIdOf(request.headers["x-request-id"] as string | undefined),
      asked: { method: "POST", url: request.url ?? "", ip: request.socket.remoteAddress }
    }
    readBody(request, (body) => {
      if (!takePlain(arrival, body)) takeAnything(arrival, body)
    })
    return true
  }
})

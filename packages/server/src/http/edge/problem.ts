import { type Code, type Detail, type FailureOf, statusOf } from "@wattkit/api"
import { HttpServerResponse } from "effect/http"

/** A failure as RFC 9457 tells it: the same facts as the envelope, in other words. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: Code
  readonly errors: ReadonlyArray<Detail>
  readonly requestId: string
  readonly timestamp: string
}

/** What a problem of a kind is called, whatever happened this time. */
const titles: Readonly<Record<Code, string>> = {
  VALIDATION_ERROR: "The request is not valid",
  UNAUTHORIZED: "A valid credential is missing",
  FORBIDDEN: "The credential does not allow this",
  NOT_FOUND: "There is no such thing",
  METHOD_NOT_ALLOWED: "The method is not possible here",
  CONFLICT: "The request contradicts what is there",
  PRECONDITION_FAILED: "It was changed meanwhile",
  PAYLOAD_TOO_LARGE: "The body is too large",
  UNSUPPORTED_MEDIA_TYPE: "The content type is not understood",
  UNPROCESSABLE: "The request cannot be done",
  RATE_LIMITED: "Too many requests",
  INTERNAL: "Something went wrong here",
  UNAVAILABLE: "The server cannot answer now"
}

/** The media type of a problem. */
export const problemType = "application/problem+json"

/** Whether whoever asks wants failures told as problems. */
export const wantsProblem = (accept: string | undefined): boolean =>
  accept?.includes(problemType) === true &&
  !/application\/problem\+json\s*;\s*q=0(?:\.0*)?\s*(?:,|$)/.test(accept)

/** The problem of a failure. */
export const problemOf = ({ error, meta }: FailureOf): Problem => ({
  type: `urn:wattkit:problem:${error.code.toLowerCase()}`,
  title: titles[error.code],
  status: statusOf[error.code],
  detail: error.message,
  code: error.code,
  errors: error.details,
  requestId: meta.requestId,
  timestamp: meta.timestamp
})

const failureIn = ({ body, headers }: HttpServerResponse.HttpServerResponse): FailureOf | undefined => {
  if (body._tag !== "Uint8Array") return undefined
  if (headers["content-type"]?.startsWith("application/json") !== true) return undefined
  const said = JSON.parse(new TextDecoder().decode(body.body)) as Partial<FailureOf> | null
  return said?.success === false && said.error !== undefined ? (said as FailureOf) : undefined
}

/** The response with its failure told as a problem, where it has one in the envelope. */
export const asProblem = (
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => {
  const failure = response.status < 400 ? undefined : failureIn(response)
  if (failure === undefined) return response
  const { "content-type": _, "content-length": __, ...headers } = response.headers
  return HttpServerResponse.uint8Array(new TextEncoder().encode(JSON.stringify(problemOf(failure))), {
    status: response.status,
    headers,
    contentType: problemType
  })
}

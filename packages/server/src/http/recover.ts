import { type Code, failure, type FailureOf, statusOf } from "@wattkit/api"
import { type Cause, Effect } from "effect"
import { type HttpServerError, HttpServerResponse } from "effect/http"
import { meta } from "./answer.ts"
import { methodsOf } from "./routes.ts"

/** A failure as the response that goes out. */
export const respond = (body: FailureOf, headers: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.jsonUnsafe(body, { status: statusOf[body.error.code], headers })

const words: Partial<Record<Code, string>> = {
  PAYLOAD_TOO_LARGE: "the body is too large",
  UNSUPPORTED_MEDIA_TYPE: "the content type must be application/json",
  INTERNAL: "something went wrong here; the requestId tells us where"
}

const codeOf = (status: number): Code => {
  const found = Object.entries(statusOf).find(([, known]) => known === status)
  if (found !== undefined) return found[0] as Code
  return status < 500 ? "VALIDATION_ERROR" : "INTERNAL"
}

const failureOf = (code: Code) =>
  Effect.map(meta, (meta) => failure(code, words[code] ?? "the request cannot be answered", meta))

/** The envelope for a code, in words of ours. */
export const envelopeOf = (code: Code) => Effect.map(failureOf(code), (body) => respond(body))

/** What is told of something nobody expected; all of it is logged. */
export const unexpected = (cause: Cause.Cause<unknown>) =>
  Effect.andThen(Effect.logError("request failed", cause), failureOf("INTERNAL"))

/** The answer to a path or method that is not there. */
const unknownRoute = (path: string, method: string) =>
  Effect.map(meta, (meta) => {
    const methods = methodsOf(path)
    // A path that has the method and still was not found carries an id that no id can be.
    if (methods.length === 0 || methods.includes(method))
      return respond(failure("NOT_FOUND", "there is no such path", meta))
    const allow = methods.join(", ")
    return respond(failure("METHOD_NOT_ALLOWED", `${method} is not possible here; use ${allow}`, meta), {
      allow
    })
  })

const serverErrorIn = (cause: Cause.Cause<unknown>): HttpServerError.HttpServerError | undefined => {
  for (const reason of cause.reasons) {
    const found = reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined
    if (typeof found === "object" && found !== null && "_tag" in found && found._tag === "HttpServerError") {
      return found as HttpServerError.HttpServerError
    }
  }
  return undefined
}

/**
 * Turns whatever went wrong into an answer in the envelope. What nobody expected is logged whole and told to
 * nobody.
 */
export const recover = (cause: Cause.Cause<unknown>, path: string, method: string) => {
  const reason = serverErrorIn(cause)?.reason
  if (reason?._tag === "RouteNotFound") return unknownRoute(path, method)
  if (reason?._tag === "RequestParseError") {
    return envelopeOf(reason.reason === "BodyTooLarge" ? "PAYLOAD_TOO_LARGE" : "VALIDATION_ERROR")
  }
  return Effect.map(unexpected(cause), (body) => respond(body))
}

/** Never leaves the server. */
const ownWords = "x-wattkit-own-words"

/** Marks an answer in the words of somebody else's API, which stays as it is. */
export const inWordsOfOthers = (response: HttpServerResponse.HttpServerResponse) =>
  HttpServerResponse.setHeader(response, ownWords, "1")

/** Puts an answer that some library gave without a body of ours into the envelope. */
export const envelop = (response: HttpServerResponse.HttpServerResponse) =>
  response.headers[ownWords] !== undefined
    ? Effect.succeed(HttpServerResponse.removeHeader(response, ownWords))
    : envelopOurs(response)

const envelopOurs = (response: HttpServerResponse.HttpServerResponse) =>
  response.status < 400 ||
  response.headers["content-type"]?.startsWith("application/json") === true ||
  response.headers["content-type"]?.startsWith("text/html") === true
    ? Effect.succeed(response)
    : envelopeOf(codeOf(response.status))

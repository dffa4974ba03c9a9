import { hash } from "node:crypto"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"

type Response = HttpServerResponse.HttpServerResponse

const beforeMeta = ',"meta":{'
const ofThisAnswer = /^,"meta":\{"timestamp":"[^"]*","requestId":"[^"]*"/

/**
 * A tag of what an answer says. When it was given and to which request belongs to the answer and not to the
 * thing, so the tag is weak: two answers of one tag differ in `meta`.
 */
export const tagOf = (bytes: Uint8Array): string | undefined => {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = body.lastIndexOf(beforeMeta)
  if (at < 0) return undefined
  const rest = body.toString("utf8", at)
  const own = ofThisAnswer.exec(rest)?.[0]
  if (own === undefined) return undefined
  const digest = hash("sha1", body.subarray(0, at), "base64url")
  const more = rest.slice(own.length)
  return `W/"${more === "}}" ? digest : `${digest}.${hash("sha1", more, "base64url")}`}"`
}

/** A tag without the mark of a weak one. */
export const bare = (tag: string): string => tag.trim().replace(/^W\//, "")

const isKnown = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((known) => bare(known) === bare(tag)))

/** Whether answers to this request carry a tag. */
export const isTagged = ({ method, url }: HttpServerRequest.HttpServerRequest): boolean =>
  (method === "GET" || method === "HEAD") && url.startsWith("/v1/")

/** The answer with a tag of what it says, or that who asks has it already. */
export const tagged = (request: HttpServerRequest.HttpServerRequest, response: Response): Response => {
  if (response.status !== 200 || response.body._tag !== "Uint8Array") return response
  const etag = tagOf(response.body.body)
  if (etag === undefined) return response
  return isKnown(request.headers["if-none-match"], etag)
    ? HttpServerResponse.empty({ status: 304, headers: { etag } })
    : HttpServerResponse.setHeader(response, "etag", etag)
}

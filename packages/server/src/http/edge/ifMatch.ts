import { Envelope } from "@wattkit/api"
import { Schema } from "effect"
import type { HttpServerRequest } from "effect/http"
import { bare, tagOf } from "./entityTag.ts"

/** Decides whether a thing is still what a request with `If-Match` is about; undefined without the header. */
export type IfMatch<A> = (
  request: HttpServerRequest.HttpServerRequest
) => ((current: A) => boolean) | undefined

/** What was answered, and to which request, is no part of a tag. */
const nobody = { timestamp: "", requestId: "" }

/**
 * Makes what compares a thing with the tags of a request. The tag of a thing is the one that reading it would
 * answer: it is made of the same bytes, so whatever a reader cannot see does not make it another.
 *
 * RFC 9110 wants `If-Match` to know strong tags only, because weak ones may be the same for different things.
 * Ours are weak for the sake of `meta` alone: the same tag is the same data to the byte.
 */
export const ifMatchOf = <S extends Schema.Codec<unknown, unknown>>(data: S): IfMatch<S["Type"]> => {
  const encode = Schema.encodeUnknownSync(Schema.toCodecJson(Envelope(data)))
  const tagNow = (thing: unknown): string | undefined => {
    const answer = encode({ success: true, data: thing, error: null, meta: nobody })
    return tagOf(new TextEncoder().encode(JSON.stringify(answer)))
  }
  return ({ headers }) => {
    const header = headers["if-match"]?.trim()
    if (header === undefined) return undefined
    if (header === "*") return () => true
    const known = new Set(header.split(",").map(bare))
    return (current) => known.has(bare(tagNow(current) ?? ""))
  }
}

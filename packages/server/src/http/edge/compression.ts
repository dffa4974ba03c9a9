import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"
import { Effect } from "effect"
import { HttpBody, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { limits } from "../../limits.ts"

type Response = HttpServerResponse.HttpServerResponse
type Coding = "br" | "gzip"

const brotli = promisify<Uint8Array, object, Buffer>(brotliCompress)
const gzipped = promisify<Uint8Array, object, Buffer>(gzip)

/** So hard that an answer is small and still leaves at once. */
const compress: Readonly<Record<Coding, (bytes: Uint8Array) => Promise<Buffer>>> = {
  br: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes) => gzipped(bytes, { level: 6 })
}

/** The coding of a header `Accept-Encoding` that is wanted most; br where both are wanted as much. */
export const codingOf = (accepted: string | undefined): Coding | undefined => {
  if (accepted === undefined || accepted === "") return undefined
  const weights = new Map(
    accepted.split(",").map((part) => {
      const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase())
      const q = parameters.find((text) => text.startsWith("q="))
      return [name, q === undefined ? 1 : Number(q.slice(2)) || 0] as const
    })
  )
  const weightOf = (name: Coding): number => weights.get(name) ?? weights.get("*") ?? 0
  const coding = weightOf("gzip") > weightOf("br") ? "gzip" : "br"
  return weightOf(coding) > 0 ? coding : undefined
}

const isText = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^text\/|^application\/(?:[a-z.]+\+)?json\b/.test(contentType)

/**
 * Sends what is large and was only read in fewer bytes.
 *
 * Answers to requests that change something are left alone: they are short, and only they carry credentials,
 * whose length under compression would tell of them. Streams are left alone because they are to arrive now.
 */
export const compressed = (
  { headers, method }: HttpServerRequest.HttpServerRequest,
  response: Response
): Effect.Effect<Response> => {
  const { body } = response
  if (method !== "GET" || body._tag !== "Uint8Array" || body.body.length <= limits.compressFromBytes) {
    return Effect.succeed(response)
  }
  const { "content-encoding": encoded, "content-type": contentType, vary } = response.headers
  // Files are kept compressed, and say so.
  if (encoded !== undefined || vary !== undefined || !isText(contentType)) return Effect.succeed(response)
  const open = HttpServerResponse.setHeader(response, "vary", "accept-encoding")
  const coding = codingOf(headers["accept-encoding"])
  if (coding === undefined) return Effect.succeed(open)
  return Effect.promise(() => compress[coding](body.body)).pipe(
    Effect.map((bytes) =>
      HttpServerResponse.setBody(open, HttpBody.uint8Array(bytes, contentType)).pipe(
        HttpServerResponse.setHeader("content-encoding", coding)
      )
    )
  )
}

import { HttpServerResponse } from "effect/http"
import { limits } from "../../../limits.ts"

/** The headers of an answer that are given again with it; all others belong to the request that asks. */
const keptHeaders = ["content-type", "location", "allow"] as const

/** An answer as it is kept; without a body when it was too large for that. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Whether an answer stands for good: what failed here, or was not let in, may go well the next time. */
export const isFinal = ({ status }: HttpServerResponse.HttpServerResponse): boolean =>
  status < 500 && status !== 401 && status !== 429

const bodyOf = ({ body }: HttpServerResponse.HttpServerResponse): string | null => {
  if (body._tag === "Empty") return ""
  if (body._tag !== "Uint8Array" || body.body.length > limits.idempotency.answerBytes) return null
  return new TextDecoder().decode(body.body)
}

/** What is kept of an answer. */
export const keptOf = (response: HttpServerResponse.HttpServerResponse): KeptAnswer => {
  const headers: Record<string, string> = {}
  for (const name of keptHeaders) {
    const value = response.headers[name]
    if (value !== undefined) headers[name] = value
  }
  return { status: response.status, headers, body: bodyOf(response) }
}

/** The bytes of a kept answer. */
export const encode = (kept: KeptAnswer): Uint8Array => new TextEncoder().encode(JSON.stringify(kept))

/** The answer of bytes that `encode` made. */
export const decode = (bytes: Uint8Array): KeptAnswer => JSON.parse(new TextDecoder().decode(bytes))

/** A kept answer once more, marked as such. */
export const replay = ({ body, headers, status }: KeptAnswer): HttpServerResponse.HttpServerResponse => {
  const all = { ...headers, "idempotent-replayed": "true" }
  return body === null || body === ""
    ? HttpServerResponse.empty({ status, headers: all })
    : HttpServerResponse.uint8Array(new TextEncoder().encode(body), {
        status,
        headers: all,
        contentType: headers["content-type"] ?? "application/json"
      })
}

import { answerFields } from "@wattkit/api"
import { Effect } from "effect"
import { HttpBody, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { patternOf } from "./patternOf.ts"
import { refuse } from "./refusal.ts"

type Response = HttpServerResponse.HttpServerResponse

const routes = answerFields.map(({ fields, path }) => ({ fields, pattern: patternOf(path) }))

/** The fields a query names; undefined when it asks for whole things. */
const askedIn = (query: string): ReadonlyArray<string> | undefined => {
  const named = new URLSearchParams(query).getAll("fields")
  return named.length === 0 ? undefined : named.flatMap((text) => text.split(",")).map((name) => name.trim())
}

const pick = (thing: unknown, wanted: ReadonlySet<string>): unknown =>
  Array.isArray(thing)
    ? thing.map((entry) => pick(entry, wanted))
    : typeof thing === "object" && thing !== null
      ? Object.fromEntries(Object.entries(thing).filter(([name]) => wanted.has(name)))
      : thing

const picked = (response: Response, wanted: ReadonlySet<string>): Response => {
  if (response.status !== 200 || response.body._tag !== "Uint8Array") return response
  const envelope = JSON.parse(new TextDecoder().decode(response.body.body)) as { readonly data: unknown }
  return HttpServerResponse.setBody(
    response,
    HttpBody.jsonUnsafe({ ...envelope, data: pick(envelope.data, wanted) })
  )
}

/** Answers what was asked for with `?fields=` and leaves the rest out; a field nobody knows is refused. */
export const withFields = <E, R>(
  { method, url }: HttpServerRequest.HttpServerRequest,
  handle: Effect.Effect<Response, E, R>
): Effect.Effect<Response, E, R> => {
  const at = url.indexOf("?")
  if (at < 0 || !url.includes("fields=", at) || (method !== "GET" && method !== "HEAD")) return handle
  const route = routes.find(({ pattern }) => pattern.test(url.slice(0, at)))
  const asked = askedIn(url.slice(at))
  if (route === undefined || asked === undefined) return handle
  const strange = asked.filter((name) => !route.fields.includes(name))
  if (strange.length === 0) {
    const wanted = new Set(asked)
    return Effect.map(handle, (response) => picked(response, wanted))
  }
  const known = route.fields.join(", ")
  const details = strange.slice(0, 20).map((name) => ({
    field: "fields",
    reason: `${name.slice(0, 64)} is not a field here; there are ${known}`
  }))
  return refuse({ code: "VALIDATION_ERROR", message: "the query names fields that are not there", details })
}

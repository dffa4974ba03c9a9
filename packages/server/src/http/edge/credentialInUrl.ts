import type { Effect } from "effect"
import type { HttpServerRequest, HttpServerResponse } from "effect/http"
import { refuse } from "./refusal.ts"

/** What others call a credential in an address, in small letters and without what stands between them. */
const names: ReadonlySet<string> = new Set([
  "apikey",
  "accesstoken",
  "refreshtoken",
  "authtoken",
  "bearer",
  "authorization",
  "clientsecret",
  "password"
])

const message =
  "what stands in an address is kept in logs and histories: send the credential as " +
  "Authorization: Bearer wk_…, and give it up for a new one, because others may have read it"

/**
 * Refuses a request that carries a credential in its address, whether it is a good one or not: it would be
 * answered for long before somebody finds it in a log.
 */
export const withoutCredentialInUrl = <E, R>(
  { url }: HttpServerRequest.HttpServerRequest,
  handle: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R> => {
  const at = url.indexOf("?")
  if (at < 0 || !url.startsWith("/v1/")) return handle
  const found = [...new URLSearchParams(url.slice(at)).keys()].find((name) =>
    names.has(name.toLowerCase().replaceAll(/[-_]/g, ""))
  )
  if (found === undefined) return handle
  const details = [{ field: found, reason: "must not stand in the address" }]
  return refuse({ code: "VALIDATION_ERROR", message, details })
}

import { WattkitError } from "../WattkitError.ts"

/** How one endpoint is asked. */
export interface Route {
  readonly method: string
  /** The path with its parameters in braces. */
  readonly path: string
  readonly query: ReadonlyArray<string>
  /** Whether the answer is a page of a list. */
  readonly isPaged: boolean
  /** Whether the answer stands outside the envelope. */
  readonly isPlain: boolean
  /** Whether no credential is needed. */
  readonly isOpen: boolean
  /** Whether sending it twice does what sending it once does. */
  readonly isRepeatable: boolean
}

/** The parameters of a call; those that are neither in the path nor in the query are ignored. */
export interface Params {
  readonly [name: string]: unknown
}

/** Reads an entry of the generated table, such as `GET /v1/devices/{id}?limit,cursor pages repeatable`. */
export const parse = (entry: string): Route => {
  const [method = "", target = "", ...words] = entry.split(" ")
  const [path = "", query] = target.split("?")
  return {
    method,
    path,
    query: query?.split(",") ?? [],
    isPaged: words.includes("pages"),
    isPlain: words.includes("plain"),
    isOpen: words.includes("open"),
    isRepeatable: words.includes("repeatable")
  }
}

/** The path and query of a call. */
export const target = (route: Route, params: Params): string => {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, params[name]))
  const query = route.query
    .filter((name) => (params[name] ?? undefined) !== undefined)
    .map((name) => `${name}=${encodeURIComponent(String(params[name]))}`)
  return query.length === 0 ? path : `${path}?${query.join("&")}`
}

/**
 * A parameter as one segment of a path.
 *
 * A segment of one or two dots cannot travel: every URL parser takes it, encoded or not, for this folder or
 * the one above, and the request would go to another endpoint.
 */
const segment = (name: string, value: unknown): string => {
  const text = value === undefined || value === null ? "" : String(value)
  if (/^\.{0,2}$/.test(text)) {
    throw new WattkitError({
      code: "INVALID_REQUEST",
      message: `${name} must be a text that can stand in a path, not ${JSON.stringify(value) ?? "undefined"}`,
      details: [{ field: name, reason: "cannot stand in a path" }]
    })
  }
  return encodeURIComponent(text)
}

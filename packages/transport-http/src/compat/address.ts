/** A request's path with the query behind it. */
export interface Address {
  readonly path: string
  readonly query: string
}

/** Cuts the address of a request into path and query; what stands behind a # never comes to a server. */
export const addressOf = (url: string): Address => {
  const [address = ""] = url.split("#", 1)
  const at = address.indexOf("?")
  return at === -1
    ? { path: address, query: "" }
    : { path: address.slice(0, at), query: address.slice(at + 1) }
}

/** The first value of a field of a query or form. */
export const fieldIn = (query: string, name: string): string | undefined =>
  new URLSearchParams(query).get(name) ?? undefined

/** A topic for a format: the path with the query that is left. */
export const topicOf = (path: string, query: string): string => (query === "" ? path : `${path}?${query}`)

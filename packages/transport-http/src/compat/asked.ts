import { addressOf, topicOf } from "./address.ts"
import type { RequestHead } from "./Compat.ts"
import { type Stripped, stripFields } from "./secrets.ts"

/** A request as an endpoint looks at it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly header: (name: string) => string | undefined
  /** The query without some fields, and the last of them that holds something. */
  readonly strip: (names: ReadonlyArray<string>) => Stripped
  readonly topic: (path: string, query: string) => string
}

/** Makes a request ready to be looked at. */
export const askedOf = ({ headers, method, url }: RequestHead): Asked => {
  const { path, query } = addressOf(url)
  return {
    method: method.toUpperCase(),
    path: path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path,
    header: (name) => headers[name],
    strip: (names) => (query === "" ? { rest: "", secret: undefined } : stripFields(query, names)),
    topic: topicOf
  }
}

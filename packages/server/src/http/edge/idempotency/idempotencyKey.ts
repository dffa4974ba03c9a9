import { Api } from "@wattkit/api"
import type { HttpServerRequest } from "effect/http"
import { patternOf } from "../patternOf.ts"

/** Taking readings in is idempotent by what a reading is: device, channel and instant. */
const idempotentAnyway: ReadonlySet<string> = new Set(["readings.ingest", "readings.ingestMany"])

const endpoints = Object.values(Api.groups).flatMap((group) =>
  Object.values(group.endpoints).map(({ identifier, method, path }) => ({
    name: `${group.identifier}.${identifier}`,
    method,
    pattern: patternOf(path)
  }))
)

/** Every path of the contract where a key has a meaning, by method. */
const patterns = new Map<string, ReadonlyArray<RegExp>>(
  ["POST", "PUT", "PATCH"].map((method) => [
    method,
    endpoints
      .filter((endpoint) => endpoint.method === method && !idempotentAnyway.has(endpoint.name))
      .map(({ pattern }) => pattern)
  ])
)

/** Whether the route of a request does something that is to be done once. */
export const takesKey = ({ method, url }: HttpServerRequest.HttpServerRequest): boolean => {
  const path = url.split("?", 1)[0] ?? url
  return patterns.get(method)?.some((pattern) => pattern.test(path)) === true
}

const shape = /^[\x21-\x7e]{1,255}$/

/**
 * The key a request carries, as a structured string (`"…"`) or bare; undefined when it carries none, and
 * empty when it cannot be one.
 */
export const keyOf = ({ headers }: HttpServerRequest.HttpServerRequest): string | undefined => {
  const text = headers["idempotency-key"]
  if (text === undefined) return undefined
  const key = /^"(.*)"$/.exec(text)?.[1]?.replace(/\\(["\\])/g, "$1") ?? text
  return shape.test(key) ? key : ""
}

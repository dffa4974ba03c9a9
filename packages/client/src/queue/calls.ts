import type { CallOptions } from "../Answer.ts"
import type { Endpoints, routes } from "../contract.gen.ts"
import { isWattkitError, WattkitError } from "../WattkitError.ts"
import type { QueueClient } from "./Queue.ts"
import type { Refused } from "./submit.ts"

type Routes = typeof routes

/** What the server does once for a key, however often it is sent; not what signs a person in. */
type IsQueued<Entry> = Entry extends `${string} open${string}`
  ? false
  : Entry extends `${"POST" | "PUT" | "PATCH"} ${string}`
    ? true
    : false

/** The name of every call that can wait in a queue, such as `readings.correct`. */
export type QueuedEndpoint = {
  [G in keyof Routes]: {
    [N in keyof Routes[G] & string]: IsQueued<Routes[G][N]> extends true ? `${G}.${N}` : never
  }[keyof Routes[G] & string]
}[keyof Routes]

/** What a call of that name takes. */
export type QueuedParams<E extends QueuedEndpoint> = {
  [G in keyof Endpoints]: {
    [N in keyof Endpoints[G] & string]: `${G}.${N}` extends E
      ? Endpoints[G][N] extends (params: infer P, ...rest: never) => unknown
        ? P
        : never
      : never
  }[keyof Endpoints[G] & string]
}[keyof Endpoints]

/** A call that waits. */
export interface QueuedCall {
  readonly endpoint: QueuedEndpoint
  readonly params: { readonly [name: string]: unknown }
  /** The same for every attempt, also those of another page or after a restart. */
  readonly idempotencyKey: string
}

type Call = (params: QueuedCall["params"], options: CallOptions) => Promise<unknown>

/** Sends a call, and gives it back when the server will never do it. */
export const carryOut = async (
  client: QueueClient,
  call: QueuedCall,
  options: CallOptions
): Promise<ReadonlyArray<Refused>> => {
  const [group = "", name = ""] = call.endpoint.split(".")
  const calls = Reflect.get(client, group) as { readonly [name: string]: Call } | undefined
  try {
    const endpoint = calls?.[name]
    if (endpoint === undefined) {
      throw new WattkitError({
        code: "INVALID_REQUEST",
        message: `${call.endpoint} is not known here`,
        details: [{ field: "endpoint", reason: "is not known here" }]
      })
    }
    await endpoint(call.params, { ...options, idempotencyKey: call.idempotencyKey })
    return []
  } catch (error) {
    if (!isFinal(error)) throw error
    const [{ field, reason } = { field: "", reason: error.message }] = error.details
    return [{ call, field, reason: error.code, message: reason }]
  }
}

/**
 * Whether asking again cannot help. A credential may be renewed, also one that no header can carry, and a
 * proxy in between may say anything.
 */
const isFinal = (error: unknown): error is WattkitError =>
  (isWattkitError(error, "INVALID_REQUEST") && error.details.length > 0) ||
  (isWattkitError(error) &&
    !error.isRetryable &&
    error.status !== undefined &&
    error.status >= 400 &&
    !["UNAUTHORIZED", "INVALID_RESPONSE"].includes(error.code))

import {
  layerOutwardFetch,
  OutwardFetch,
  type OutwardOptions,
  type OutwardRequest
} from "@wattkit/transport-http"
import { Effect, ManagedRuntime, Result } from "effect"

/** What came of a call, flat: a status and a body, or what kind of error and its message. */
export interface Said {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly isCut?: boolean
  readonly error?: string
  readonly reason?: string
  readonly message?: string
}

/** Calls with one set of rules; what is wrong with them is said at each call. */
export const callerOf = (
  options: OutwardOptions
): ((url: string, request?: OutwardRequest, signal?: AbortSignal) => Promise<Said>) => {
  const runtime = ManagedRuntime.make(layerOutwardFetch(options))
  return async (url, request, signal) => {
    const calling = Effect.flatMap(OutwardFetch, (outward) => Effect.result(outward.fetch(url, request)))
    const result = await runtime.runPromise(calling, { signal })
    if (Result.isSuccess(result)) return result.success
    const error = result.failure
    const reason = "reason" in error ? error.reason : "during" in error ? error.during : undefined
    return { error: error._tag, message: error.message, ...(reason === undefined ? {} : { reason }) }
  }
}

/** Calls once, with rules of its own. */
export const call = (
  url: string,
  options: OutwardOptions,
  request?: OutwardRequest,
  signal?: AbortSignal
): Promise<Said> => callerOf(options)(url, request, signal)

/** Judges URLs with one set of rules: the spelling that is used, or what kind of error. */
export const checkerOf = (options: OutwardOptions): ((url: string) => Promise<string>) => {
  const runtime = ManagedRuntime.make(layerOutwardFetch(options))
  return (url) =>
    runtime.runPromise(
      Effect.flatMap(OutwardFetch, (outward) => outward.check(url)).pipe(
        Effect.catch((error) => Effect.succeed(error._tag))
      )
    )
}

import * as Data from "effect/Data"
import { statusOf } from "../status.gen.ts"
import { type ClientCode, type Detail, isWattkitError, type KnownCode } from "../WattkitError.ts"

/** What `Effect.catchTag` names: every code this version knows, and `UNKNOWN` for all others. */
export type FailureTag = KnownCode | "UNKNOWN"

class Failed extends Data.Error<{
  readonly _tag: FailureTag
  /** The code as it came, also one this version does not know. */
  readonly code: string
  readonly message: string
  readonly status: number | undefined
  readonly details: ReadonlyArray<Detail>
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
  readonly isRetryable: boolean
  /** The `WattkitError`, or what the caller's own `auth` threw. */
  readonly cause: unknown
}> {}

/** What a call fails with, by its tag. */
export type Failure = { [Tag in FailureTag]: Failed & { readonly _tag: Tag } }[FailureTag]

const ownCodes: { readonly [Code in ClientCode]: true } = {
  NETWORK: true,
  TIMEOUT: true,
  ABORTED: true,
  INVALID_RESPONSE: true,
  INVALID_REQUEST: true,
  QUEUE_FULL: true,
  STORAGE: true,
  INVALID_SIGNATURE: true
}

const isKnown = (code: string): code is KnownCode =>
  Object.hasOwn(statusOf, code) || Object.hasOwn(ownCodes, code)

/** What was thrown, as a failure. */
export const failureOf = (cause: unknown): Failure => {
  if (!isWattkitError(cause)) {
    const facts = { status: undefined, details: [], requestId: undefined, retryAfterMs: undefined }
    const message = cause instanceof Error ? cause.message : String(cause)
    return new Failed({
      ...facts,
      _tag: "UNKNOWN",
      code: "UNKNOWN",
      message,
      isRetryable: false,
      cause
    }) as Failure
  }
  const { code, details, isRetryable, message, requestId, retryAfterMs, status } = cause
  const _tag = isKnown(code) ? code : "UNKNOWN"
  const facts = { code, message, status, details, requestId, retryAfterMs, isRetryable }
  return new Failed({ _tag, ...facts, cause }) as Failure
}

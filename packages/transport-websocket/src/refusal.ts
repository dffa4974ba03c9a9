import type { Failure } from "./Opened.ts"
import type { ErrorCode, Refusal } from "./wire.ts"

const codes: Readonly<Record<string, ErrorCode>> = {
  Invalid: "VALIDATION_ERROR",
  Forbidden: "FORBIDDEN",
  NotFound: "NOT_FOUND",
  StorageError: "UNAVAILABLE",
  Busy: "UNAVAILABLE"
}

const isFailure = (error: unknown): error is Failure =>
  typeof error === "object" && error !== null && "_tag" in error && "message" in error

/** What is said of something that failed. Only what the client can do about it is told in its own words. */
export const refusalOf = (error: unknown, id: string | undefined): Refusal => {
  const code = isFailure(error) ? codes[error._tag] : undefined
  if (!isFailure(error) || code === undefined) {
    return { type: "ERROR", id, code: "INTERNAL", message: "something went wrong here" }
  }
  if (error._tag === "Busy") {
    return {
      type: "ERROR",
      id,
      code: error.reason === "budget" ? "RATE_LIMITED" : code,
      message: error.message,
      ...(typeof error.retryAfterMs === "number" ? { retryAfterMs: error.retryAfterMs } : {})
    }
  }
  const message = code === "UNAVAILABLE" ? "the storage is not available; try again later" : error.message
  return { type: "ERROR", id, code, message }
}

import * as Schema from "effect/Schema"
import { Meta } from "./Envelope.ts"

/** One thing that is wrong with a request: where, and why. */
export const Detail = Schema.Struct({ field: Schema.String, reason: Schema.String })
export type Detail = typeof Detail.Type

/** Every code an answer can carry, with its HTTP status. Nothing else in wattkit knows a status. */
export const statusOf = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503
} as const

/** The machine-readable name of a failure. */
export type Code = keyof typeof statusOf

/** The answer to a request that did not do what was asked. */
export const Failure = <C extends Code>(code: C) =>
  Schema.Struct({
    success: Schema.Literal(false),
    data: Schema.Null,
    error: Schema.Struct({
      code: Schema.Literal(code),
      message: Schema.String,
      details: Schema.Array(Detail)
    }),
    meta: Meta
  }).annotate({ identifier: `Failure_${code}`, httpApiStatus: statusOf[code] })

/** A failure of the given code, as a value. */
export interface FailureOf<C extends Code = Code> {
  readonly success: false
  readonly data: null
  readonly error: { readonly code: C; readonly message: string; readonly details: ReadonlyArray<Detail> }
  readonly meta: Meta
}

/** A failure to answer with. */
export const failure = <C extends Code>(
  code: C,
  message: string,
  meta: Meta,
  details: ReadonlyArray<Detail> = []
): FailureOf<C> => ({ success: false, data: null, error: { code, message, details }, meta })

export const ValidationError = Failure("VALIDATION_ERROR")
export const Unauthorized = Failure("UNAUTHORIZED")
export const Forbidden = Failure("FORBIDDEN")
export const NotFound = Failure("NOT_FOUND")
export const Conflict = Failure("CONFLICT")
export const PreconditionFailed = Failure("PRECONDITION_FAILED")
export const PayloadTooLarge = Failure("PAYLOAD_TOO_LARGE")
export const Unprocessable = Failure("UNPROCESSABLE")
export const UnsupportedMediaType = Failure("UNSUPPORTED_MEDIA_TYPE")
export const RateLimited = Failure("RATE_LIMITED")
export const Internal = Failure("INTERNAL")
export const Unavailable = Failure("UNAVAILABLE")

import type { statusOf } from "./status.gen.ts"

/** What the client says by itself, without an answer of the server that could be understood. */
export type ClientCode =
  /** No answer: no connection, no name, no network. The request may have been carried out. */
  | "NETWORK"
  /** No answer in time. The request may have been carried out. */
  | "TIMEOUT"
  /** The caller's signal was aborted. */
  | "ABORTED"
  /** An answer that is not wattkit's, such as the error page of a proxy. */
  | "INVALID_RESPONSE"
  /** The request cannot be sent as asked; nothing was sent. */
  | "INVALID_REQUEST"
  /** The queue holds as much as it may; nothing was added. */
  | "QUEUE_FULL"
  /** The storage of the queue failed; nothing was added. */
  | "STORAGE"
  /** A webhook that is not from whom it says, or not from now. */
  | "INVALID_SIGNATURE"

/** Every name this version knows. */
export type KnownCode = keyof typeof statusOf | ClientCode

/** The machine-readable name of a failure. A newer server may send a name that is not in this list. */
export type Code = KnownCode | (string & {})

/** One thing that is wrong with a request: where, and why. */
export interface Detail {
  readonly field: string
  readonly reason: string
}

/** What is known of an error. */
export interface ErrorFacts {
  readonly code: Code
  readonly message: string
  readonly status?: number | undefined
  readonly details?: ReadonlyArray<Detail> | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** The one error of this client. Match on `code`, never on `message`. */
export class WattkitError extends Error {
  override readonly name = "WattkitError"
  readonly code: Code
  /** The HTTP status, when there was an answer. */
  readonly status: number | undefined
  /** What is wrong with the request, field by field; empty unless the server said so. */
  readonly details: ReadonlyArray<Detail>
  /** Names the request in the logs of the server. */
  readonly requestId: string | undefined
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean

  constructor(facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? {} : { cause: facts.cause })
    const { code, status = 0 } = facts
    this.code = code
    this.status = facts.status
    this.details = facts.details ?? []
    this.requestId = facts.requestId
    this.retryAfterMs = facts.retryAfterMs
    this.isRetryable =
      ["NETWORK", "TIMEOUT", "QUEUE_FULL"].includes(code) ||
      status === 408 ||
      // The same request is still being carried out, and the server says when to ask for its answer.
      (status === 409 && facts.retryAfterMs !== undefined) ||
      status === 429 ||
      status >= 500
  }
}

/** Whether this is the client's error, of a certain code when one is named. */
export function isWattkitError(error: unknown): error is WattkitError
export function isWattkitError<const C extends KnownCode>(
  error: unknown,
  code: C
): error is WattkitError & { readonly code: C }
export function isWattkitError(error: unknown, code?: KnownCode): boolean {
  // By name, for there may be two copies of this package in one program.
  return (
    error instanceof Error &&
    error.name === "WattkitError" &&
    (code === undefined || (error as WattkitError).code === code)
  )
}

import { WattkitError } from "@wattkit/client"

/** Why nothing can be shown, as far as it matters for what the reader does next. */
export type ProblemKind =
  /** The key is missing, wrong, or withdrawn. */
  | "unauthorized"
  /** The key is right, but not for this. */
  | "forbidden"
  /** The server does not answer. */
  | "unreachable"
  /** What was asked for by id is not there. */
  | "unknown-location"
  /** The element was not told where its data is. */
  | "unconfigured"
  | "other"

/** What went wrong, and whether trying again by itself may help. */
export interface Problem {
  readonly kind: ProblemKind
  readonly message: string
  readonly isPassing: boolean
}

const kindOf = ({ code, status }: WattkitError): ProblemKind => {
  if (code === "NETWORK" || code === "TIMEOUT" || status === 503) return "unreachable"
  if (status === 401) return "unauthorized"
  if (status === 403) return "forbidden"
  return status === 404 ? "unknown-location" : "other"
}

/** What an error means to the reader. */
export const fromError = (error: unknown): Problem => {
  if (error instanceof WattkitError) {
    return { kind: kindOf(error), message: error.message, isPassing: error.isRetryable }
  }
  return { kind: "other", message: error instanceof Error ? error.message : String(error), isPassing: false }
}

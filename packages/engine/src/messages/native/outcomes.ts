import type { Message, NotFound, Principal, StorageError } from "@wattkit/core"
import { Effect, type Exit } from "effect"
import type { Busy } from "../../Busy.ts"
import type { Forbidden } from "../../Forbidden.ts"
import type { IngestResult } from "../../ingest/IngestResult.ts"
import { type Keep, keepForMissing, nativeFault } from "../keep.ts"
import type { Receipt } from "../Receipt.ts"

type Failure = Forbidden | NotFound | StorageError | Busy

/** What becomes of a message. */
export type Taking = Effect.Effect<Receipt, Failure>

/** What became of a message. */
export type Taken = Exit.Exit<Receipt, Failure>

/** Makes what turns what `Ingest` said into what is said of the message: what was not stored is kept. */
export const makeOutcomes = (keep: Keep) => {
  const keepRejected = (principal: Principal, message: Message, result: IngestResult): Taking => {
    const lost = result.rejected.find(({ reason }) => reason === "malformed" || reason === "too_old")
    const detail = `reading ${lost?.index}: ${lost?.field} ${lost?.message}`
    const faults = lost === undefined ? [] : nativeFault(message, "rejected", detail)
    return keep(principal, message, faults, result)
  }

  return (principal: Principal, message: Message, ingested: Effect.Effect<IngestResult, Failure>): Taking =>
    Effect.matchEffect(ingested, {
      onSuccess: (result) =>
        result.rejected.length === 0
          ? Effect.succeed({ ...result, kept: 0 })
          : keepRejected(principal, message, result),
      onFailure: (error): Taking =>
        error._tag === "NotFound" ? keepForMissing(keep, principal, message)(error) : Effect.fail(error)
    })
}

import type { Message, NotFound, Principal, StorageError } from "@wattkit/core"
import { Effect } from "effect"
import type { Busy } from "../Busy.ts"
import type { IngestResult } from "../ingest/IngestResult.ts"
import type { Letters } from "./letters/Letters.ts"
import type { Receipt } from "./Receipt.ts"
import type { Fault } from "./Row.ts"

/** What became of readings where there were none. */
export const noReadings: IngestResult = { accepted: 0, duplicates: 0, rejected: [] }

/** A fault of a message in our own form. */
export const nativeFault = (
  { receivedAt }: Message,
  reason: Fault["reason"],
  detail: string
): ReadonlyArray<Fault> => [{ reason, detail, format: null, subject: null, receivedAt }]

/** One letter for each subject and reason is enough: it holds the whole message. */
const distinct = (faults: ReadonlyArray<Fault>): ReadonlyArray<Fault> => {
  if (faults.length < 2) return faults
  const byName = new Map<string, Fault>()
  for (const fault of faults) {
    const name = `${fault.reason} ${fault.subject ?? ""}`
    if (!byName.has(name)) byName.set(name, fault)
  }
  return [...byName.values()]
}

const longestDetail = 500

/** Keeps what of a message would be lost, and only then says what became of it. */
export type Keep = (
  sender: Principal,
  message: Message,
  faults: ReadonlyArray<Fault>,
  result: IngestResult
) => Effect.Effect<Receipt, StorageError | Busy>

/** Makes what keeps faults as dead letters. */
export const makeKeep =
  (letters: Letters): Keep =>
  ({ deviceId, tenantId }, message, faults, { accepted, duplicates, rejected }) => {
    const kept = distinct(faults).map(({ detail, format, reason, receivedAt, subject }) => ({
      tenantId,
      message: { ...message, receivedAt },
      reason,
      detail: detail.slice(0, longestDetail),
      format,
      subject,
      deviceId
    }))
    const receipt: Receipt = { accepted, duplicates, rejected, kept: kept.length }
    return kept.length === 0 ? Effect.succeed(receipt) : Effect.as(letters.keep(tenantId, kept), receipt)
  }

/**
 * Whether somebody speaks for everything of the tenant, so that what they say of a device that is not there
 * waits for it. Who is held to a device or to locations is told instead: kept and replayed by somebody else,
 * it would reach what its sender does not.
 */
export const speaksForAll = ({ deviceId, locations }: Principal): boolean =>
  deviceId === null && locations === null

/** Keeps a message for a device that a program speaks of, since it may be registered yet. */
export const keepForMissing =
  (keep: Keep, sender: Principal, message: Message) =>
  (error: NotFound): Effect.Effect<Receipt, NotFound | StorageError | Busy> =>
    speaksForAll(sender)
      ? keep(
          sender,
          message,
          nativeFault(message, "unbound", `${error.message}; register it and replay`),
          noReadings
        )
      : Effect.fail(error)

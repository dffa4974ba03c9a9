import {
  type Device,
  type Instant,
  type Quarantined,
  type QuarantineReason,
  QuarantineStore,
  type Rejection,
  type Submitted
} from "@wattkit/core"
import { Array as Arr, Effect } from "effect"
import { quarantineIdOf } from "../quarantine/quarantineId.ts"

/** A reading that is kept in quarantine, and how that is answered. */
export interface SetAside {
  readonly row: Submitted
  readonly reason: QuarantineReason
  readonly message: string
}

/** How it is answered. */
export const rejectionOf = ({ message, reason, row }: SetAside): Rejection => ({
  index: row.index,
  field: "at",
  reason,
  message: `${message}; it is kept in quarantine`
})

/** So many readings are put into quarantine at once. */
const quarantineBatch = 1_000

/** Keeps readings in quarantine. */
export const makeSetAside = Effect.map(QuarantineStore, (quarantine) =>
  Effect.fnUntraced(function* (
    { id, tenantId }: Device,
    aside: ReadonlyArray<SetAside>,
    receivedAt: Instant.Instant
  ) {
    for (const batch of Arr.chunksOf(aside, quarantineBatch)) {
      const kept = batch.map(async ({ reason, row }): Promise<Quarantined> => {
        const reading = { ...row.reading, deviceId: id }
        const key = await quarantineIdOf(tenantId, reading, reason)
        return { id: key, tenantId, reading, reason, receivedAt, settled: null }
      })
      yield* quarantine.add(yield* Effect.promise(() => Promise.all(kept)))
    }
  })
)

/** Keeps readings of a device in quarantine. */
export type SetReadingsAside = Effect.Success<typeof makeSetAside>

import type { Quarantined, Revision } from "@wattkit/core"
import { Effect, Option, Stream } from "effect"
import { type CorrectionResult, Corrections } from "../Corrections.ts"
import { type ClockReport, Quarantine, type ReleaseResult } from "../quarantine/Quarantine.ts"
import {
  type ChoiceInput,
  type CorrectionInput,
  decodeChoice,
  decodeCorrection,
  decodeDeviceId,
  decodeIdentity,
  decodeStrikeOut,
  type IdentityInput,
  type StrikeOutInput
} from "./inputs.ts"
import type { Runner } from "./Runner.ts"

/** What a person decides about readings. */
export interface CorrectionMethods {
  /** Says what readings shall say instead, adds readings or strikes them out; every version is kept. */
  readonly correct: (deviceId: string, input: CorrectionInput) => Promise<CorrectionResult>
  /** Strikes out the readings of a channel within an interval. */
  readonly strikeOut: (input: StrikeOutInput) => Promise<{ readonly struckOut: number }>
  /** Every version of one reading, oldest first. */
  readonly revisions: (input: IdentityInput) => Promise<ReadonlyArray<Revision>>
  /** The readings that wait in quarantine, of one device or of all. */
  readonly quarantined: (deviceId?: string) => AsyncIterable<Quarantined>
  /** Stores readings of the quarantine after all, each so many milliseconds later than it said. */
  readonly release: (choice: ChoiceInput, shiftMs?: number) => Promise<ReleaseResult>
  /** Gives readings of the quarantine up. */
  readonly drop: (choice: ChoiceInput) => Promise<{ readonly dropped: number; readonly hasMore: boolean }>
  /** How far the clock of a device is off. */
  readonly clock: (deviceId: string) => Promise<ClockReport>
}

const pageSize = 500

/** Every method is one call of the engine. */
export const correctionMethods = ({
  iterable,
  owner,
  run
}: Runner<Corrections | Quarantine>): CorrectionMethods => ({
  correct: async (deviceId, input) => {
    const [id, draft] = [decodeDeviceId(deviceId), decodeCorrection(input)]
    return run(Corrections.use((corrections) => corrections.correct(owner, id, draft)))
  },
  strikeOut: async (input) => {
    const query = decodeStrikeOut(input)
    return run(Corrections.use((corrections) => corrections.strikeOut(owner, query)))
  },
  revisions: async (input) => {
    const identity = decodeIdentity(input)
    return run(Corrections.use((corrections) => corrections.revisions(owner, identity)))
  },
  quarantined: (deviceId) => {
    const of = deviceId === undefined ? undefined : decodeDeviceId(deviceId)
    const pages = Stream.paginate(undefined as string | undefined, (after) =>
      Quarantine.use((quarantine) =>
        quarantine.list(owner, { after, limit: pageSize, deviceId: of, waiting: true })
      ).pipe(
        Effect.map((page) => {
          const last = page.length === pageSize ? page.at(-1)?.id : undefined
          return [page, Option.fromUndefinedOr(last)] as const
        })
      )
    )
    return iterable(pages)
  },
  release: async (choice, shiftMs = 0) => {
    const chosen = decodeChoice(choice)
    return run(Quarantine.use((quarantine) => quarantine.release(owner, chosen, shiftMs)))
  },
  drop: async (choice) => {
    const chosen = decodeChoice(choice)
    return run(Quarantine.use((quarantine) => quarantine.drop(owner, chosen)))
  },
  clock: async (deviceId) => {
    const id = decodeDeviceId(deviceId)
    return run(Quarantine.use((quarantine) => quarantine.clock(owner, id)))
  }
})

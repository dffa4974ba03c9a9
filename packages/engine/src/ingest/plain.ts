import type {
  AppendOutcome,
  Device,
  DeviceId,
  DeviceReading,
  Instant,
  NotFound,
  Principal,
  StorageError,
  Submission,
  Submitted
} from "@wattkit/core"
import type { Effect } from "effect"
import { type Clock, Exit } from "effect"
import { reaches } from "../access/Access.ts"
import type { Busy } from "../Busy.ts"
import type { Budgets } from "./Budgets.ts"
import { type ClockTolerance, clockFault } from "./clockFault.ts"
import type { Directory } from "./Directory.ts"
import type { Committed, GroupCommit } from "./GroupCommit.ts"
import type { IngestResult } from "./IngestResult.ts"

/** What became of a submission of the plain kind. */
export type Settled = Exit.Exit<IngestResult, NotFound | StorageError | Busy>

interface Parts {
  readonly directory: Directory
  readonly budgets: Budgets
  readonly group: GroupCommit
  readonly tolerance: ClockTolerance
  readonly clock: Clock.Clock
  /** What is done with outcomes of every kind. */
  readonly complete: (
    device: Device,
    sound: ReadonlyArray<Submitted>,
    outcomes: ReadonlyArray<AppendOutcome>
  ) => Effect.Effect<IngestResult, NotFound | StorageError>
  readonly run: <A, E>(
    effect: Effect.Effect<A, E>,
    options: { readonly onExit: (exit: Exit.Exit<A, E>) => void }
  ) => unknown
}

/** Readings of a device from one request are committed together; more of them are divided elsewhere. */
const most = 1_000

/** How many were stored; undefined when something else became of one of them. */
const plainResult = (outcomes: ReadonlyArray<AppendOutcome>): IngestResult | undefined => {
  let duplicates = 0
  for (const outcome of outcomes) {
    if (outcome === "duplicate") duplicates++
    else if (outcome !== "accepted" && outcome !== "superseded") return undefined
  }
  return { accepted: outcomes.length - duplicates, duplicates, rejected: [] }
}

/**
 * Makes the way in for what leaves no question: sound readings of a device that is known, by somebody who may
 * send them and has a budget left. It does what the usual way does and costs a tenth, because nothing in it
 * waits but for the commit.
 */
export const makePlain = (parts: Parts) => {
  const { budgets, clock, complete, directory, group, run, tolerance } = parts

  const isSound = ({ readings, rejected }: Submission.Submission, now: Instant.Instant): boolean =>
    rejected.length === 0 &&
    readings.length > 0 &&
    readings.length <= most &&
    readings.every(({ reading }) => clockFault(reading.at, now, tolerance) === undefined)

  return (
    principal: Principal,
    deviceId: DeviceId,
    submission: Submission.Submission,
    settle: (settled: Settled) => void
  ): boolean => {
    const now = clock.currentTimeMillisUnsafe() as Instant.Instant
    const { scopes, tenantId } = principal
    const device = scopes.includes("ingest") ? directory.known(tenantId, deviceId, now) : undefined
    if (device === undefined || !reaches(principal, device) || !isSound(submission, now)) return false
    if (budgets.spend(tenantId, deviceId, submission.readings.length, now) > 0) return false
    const readings = submission.readings.map(({ reading }): DeviceReading => ({ ...reading, deviceId }))
    group.offer({ place: device, readings }, (committed: Committed) => {
      if (Exit.isFailure(committed)) return settle(Exit.failCause(committed.cause))
      const outcomes = committed.value
      const result = plainResult(outcomes)
      if (result === undefined) {
        return run(complete(device, submission.readings, outcomes), { onExit: settle })
      }
      settle(Exit.succeed(result))
    })
    return true
  }
}

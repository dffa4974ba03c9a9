import {
  type ChannelUsage,
  Instant,
  type Interval,
  type KeptResolution,
  type NotFound,
  type StorageError,
  StorageUpkeep,
  type UsageCursor,
  type UsageQuery
} from "@wattkit/core"
import { Effect } from "effect"
import type { Forbidden } from "../Forbidden.ts"
import type { Invalid } from "../Invalid.ts"
import { keptFor } from "../keptFor.ts"
import { type AskedTime, intervalOf, resolutionFor, type UsageResolution } from "./asked.ts"
import { makeReach, type Reached, type UsageOf } from "./reach.ts"

/** What somebody asks about usage. */
export interface UsageQuestion {
  readonly of: UsageOf
  readonly time: AskedTime
  readonly resolution: UsageResolution | "auto"
  /** Whether usage is brought up to date first; otherwise the answer says by how much it lags. */
  readonly exact: boolean
}

/** Which part of a long answer to give: at most `limit` cells, those after a cell when it is named. */
export interface UsagePage {
  readonly after?: UsageCursor | undefined
  readonly limit: number
}

/** Cells in their order, the resolution that `auto` became, and how far they may be behind the readings. */
export interface UsageAnswer<A = ChannelUsage> {
  readonly cells: ReadonlyArray<A>
  readonly resolution: UsageResolution
  /** 0 when every reading that was acknowledged before the question is in the answer. */
  readonly lagMs: number
}

/** Why a question about usage is not answered. */
export type UsageFailure = Forbidden | NotFound | StorageError | Invalid

/** The question in the words of the store. */
export const queryOf = (
  { channel, devices }: Reached,
  within: Interval.Interval,
  resolution: KeptResolution
): UsageQuery => ({ deviceIds: devices.map(({ id }) => id), channel, within, resolution })

/** Finds out what a question means, for the one who asks it. */
export const makeResolve = Effect.gen(function* () {
  const reach = yield* makeReach
  const retention = yield* keptFor
  return Effect.fnUntraced(function* (
    principal: Parameters<typeof reach>[0],
    { of, resolution, time }: UsageQuestion,
    options: { readonly outermostOnly: boolean }
  ) {
    const reached = yield* reach(principal, of, options)
    const now = yield* Instant.now
    const within = yield* intervalOf(time, reached.calendar, now)
    const fitting = resolution === "auto" ? resolutionFor(within, now, retention) : resolution
    return { reached, within, resolution: fitting }
  })
})

/** Asks exactly, after usage was brought up to date, or at once and with its lag. */
export const makeAsking = Effect.map(
  StorageUpkeep,
  ({ lag, refreshUsage }) =>
    <A, E, R>(
      exact: boolean,
      resolution: UsageResolution,
      ask: Effect.Effect<ReadonlyArray<A>, E, R>
    ): Effect.Effect<UsageAnswer<A>, E | StorageError, R> =>
      exact
        ? Effect.map(Effect.andThen(refreshUsage, ask), (cells) => ({ cells, resolution, lagMs: 0 }))
        : // The lag is asked for first, so that it is not said to be less than it is.
          Effect.flatMap(lag, (behind) =>
            Effect.map(ask, (cells) => ({ cells, resolution, lagMs: Math.ceil(behind) }))
          )
)

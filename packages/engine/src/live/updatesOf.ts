import type { LiveFilter, LiveNews, LiveUpdate, NotFound, StorageError } from "@wattkit/core"
import { Effect, Latch, Stream } from "effect"
import type { Forbidden } from "../Forbidden.ts"
import type { LiveConnection } from "./LiveConnection.ts"

const updatesIn = (news: LiveNews): ReadonlyArray<LiveUpdate> => {
  if (news.type !== "ENERGY_UPDATE") return []
  const { locationId, readings, sequence } = news
  return [{ sequence, locationId, readings }]
}

/**
 * The updates of a connection as a stream that is pulled: each time, what was said since the time before.
 * When that is not known any more the state comes again.
 */
export const updatesOf = (
  open: Effect.Effect<LiveConnection>,
  filter: LiveFilter
): Stream.Stream<LiveUpdate, Forbidden | NotFound | StorageError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const arrived = Latch.makeUnsafe(false)
      const wake = (): void => void arrived.openUnsafe()
      const connection = yield* Effect.acquireRelease(open, (one) => Effect.sync(one.close))
      const subscription = yield* Effect.acquireRelease(
        connection.subscribe(filter, undefined, { take: wake, onGap: wake }),
        (one) => Effect.sync(one.close)
      )
      let seen = 0
      const state = Stream.suspend(() => {
        seen = subscription.head()
        return subscription.state()
      })
      const next = Effect.gen(function* () {
        while (true) {
          yield* arrived.await
          arrived.closeUnsafe()
          const head = subscription.head()
          const missed = subscription.since(seen)
          seen = missed === undefined ? seen : head
          if (missed === undefined) return state
          if (missed.length > 0) return Stream.fromIterable(missed)
        }
      })
      return Stream.concat(state, Stream.flatten(Stream.fromEffectRepeat(next))).pipe(
        Stream.map(updatesIn),
        Stream.flattenIterable
      )
    })
  )

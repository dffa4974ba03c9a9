import { PgClient } from "@effect/sql-pg"
import { Memory, ReadingBus } from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { addressOf } from "../hot/address.ts"
import { Exchange } from "./Exchange.ts"

/** How long a start waits until the processes that are there know of this one. */
const PATIENCE = "2 seconds"

/**
 * Carries news between the processes of one database.
 *
 * Listeners of this process are told at once and without the database. The others hear of it by NOTIFY, sent
 * over a connection of its own: a transaction that notifies holds a lock of the whole database while it
 * commits, so those that store readings never do. While the database is away news are lost, and every
 * listener is told so when it is back. While no other process listens, nothing is sent.
 */
export const layer: Layer.Layer<ReadingBus, never, PgClient.PgClient> = Layer.effect(
  ReadingBus,
  Effect.gen(function* () {
    const { config } = yield* PgClient.PgClient
    const local = Context.get(yield* Layer.build(Memory.layerBus), ReadingBus)
    const gaps = new Set<{ readonly tell: () => void }>()
    const context = yield* Effect.context<never>()
    const quietly = (tell: () => void) =>
      Effect.catchCause(Effect.sync(tell), (cause) => Effect.logError(cause))

    const exchange = new Exchange({
      onNews: (news) => Effect.runSyncWith(context)(Effect.forEach(news, local.publish, { discard: true })),
      onGap: () =>
        Effect.runSyncWith(context)(Effect.forEach(gaps, ({ tell }) => quietly(tell), { discard: true }))
    })
    yield* Effect.forkScoped(exchange.run(addressOf(config)))
    yield* Effect.timeoutOption(exchange.isKnown, PATIENCE)

    return ReadingBus.of({
      publish: (news) =>
        Effect.andThen(
          local.publish(news),
          Effect.sync(() => exchange.publish(news))
        ),
      listen: (tenantId, listener, onGap) =>
        Effect.andThen(
          Effect.acquireRelease(
            Effect.sync(() => {
              const gap = { tell: () => onGap?.() }
              gaps.add(gap)
              return gap
            }),
            (gap) => Effect.sync(() => gaps.delete(gap))
          ),
          local.listen(tenantId, listener)
        )
    })
  })
)

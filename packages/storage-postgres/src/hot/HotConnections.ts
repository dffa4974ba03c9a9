import { Context, Effect, Exit, Layer, Semaphore } from "effect"
import type { SqlError } from "effect/sql"
import { Sessions } from "../tenancy/Sessions.ts"
import { addressOf } from "./address.ts"
import { type AnsweredRow, HotConnection, type Writing } from "./HotConnection.ts"
import { text } from "./messages.ts"

/** The few connections that batches are written on. */
export interface HotConnections {
  /**
   * Runs what is written as one transaction of the current tenant, on a connection that nobody else has, and
   * answers all rows. A connection that broke is replaced.
   */
  readonly transaction: (
    write: (writing: Writing) => void
  ) => Effect.Effect<ReadonlyArray<AnsweredRow>, SqlError.SqlError>
}

/** The key of the HotConnections service. */
export const HotConnections = Context.Service<HotConnections>("@wattkit/storage-postgres/HotConnections")

/**
 * How many connections there are at most. One statement keeps one processor of the server busy, and the
 * write-ahead log, which all share, has no work for more than two.
 */
export const usualCount = 2

/** Says whose the transaction is, and answers no row. */
const acting = {
  name: "wattkit_act",
  text: "SELECT 1 WHERE set_config('wattkit.tenant', $1::text, true) IS NULL"
}

const make = Effect.fnUntraced(function* (count: number) {
  const { config, current } = yield* Sessions
  const address = addressOf(config)
  const places = yield* Semaphore.make(count)
  const idle: Array<HotConnection> = []
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => idle.splice(0).forEach((connection) => connection.close()))
  )

  const take = Effect.suspend(() => {
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) {
      if (!found.isBroken) return Effect.succeed(found)
    }
    return HotConnection.open(address)
  })
  const putBack = (connection: HotConnection, exit: Exit.Exit<unknown, unknown>) =>
    Effect.sync(() => {
      if (Exit.hasInterrupts(exit) || Exit.hasDies(exit)) connection.close()
      if (!connection.isBroken) idle.push(connection)
    })
  return HotConnections.of({
    transaction: (write) =>
      Effect.flatMap(current, (tenant) => {
        const work = (connection: HotConnection) =>
          connection.transaction((writing) => {
            writing.run(acting, [text(tenant)])
            write(writing)
          })
        return Semaphore.withPermit(
          places,
          Effect.acquireUseRelease(Effect.interruptible(take), work, putBack)
        )
      })
  })
})

/** Connections like the sessions of the stores, made when they are first needed. */
export const layer = (count: number = usualCount): Layer.Layer<HotConnections, never, Sessions> =>
  Layer.effect(HotConnections, make(count))

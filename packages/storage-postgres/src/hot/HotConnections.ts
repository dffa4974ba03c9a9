import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Exit, Layer, Semaphore } from "effect"
import type { SqlError } from "effect/sql"
import { addressOf } from "./address.ts"
import { HotConnection } from "./HotConnection.ts"

/** The few connections that batches are written on. */
export interface HotConnections {
  /** Lends a connection that nobody else has; one that broke is replaced. */
  readonly use: <A, E>(
    work: (connection: HotConnection) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E | SqlError.SqlError>
}

/** The key of the HotConnections service. */
export const HotConnections = Context.Service<HotConnections>("@wattkit/storage-postgres/HotConnections")

/**
 * How many connections there are at most. One statement keeps one processor of the server busy, and the
 * write-ahead log, which all share, has no work for more than two.
 */
export const usualCount = 2

const make = Effect.fnUntraced(function* (count: number) {
  const { config } = yield* PgClient.PgClient
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
    use: (work) =>
      Semaphore.withPermit(places, Effect.acquireUseRelease(Effect.interruptible(take), work, putBack))
  })
})

/** Connections to the database of the client, made when they are first needed. */
export const layer = (count: number = usualCount): Layer.Layer<HotConnections, never, PgClient.PgClient> =>
  Layer.effect(HotConnections, make(count))

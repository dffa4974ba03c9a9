import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { DeviceReading } from "../contract.gen.ts"
import { createQueue, type QueueOptions, type QueueState, type Refused } from "../queue.ts"
import type { QueuedEndpoint, QueuedParams } from "../queue/calls.ts"
import type { EffectClient } from "./EffectClient.ts"
import { type Failure, failureOf } from "./Failure.ts"

/** A queue as effects. */
export interface EffectQueue {
  /** Keeps readings, and succeeds once the storage has them. */
  readonly add: (readings: DeviceReading | ReadonlyArray<DeviceReading>) => Effect.Effect<void, Failure>
  /** Keeps a call that writes, to be sent after what was added before it. */
  readonly call: <const E extends QueuedEndpoint>(
    endpoint: E,
    params: QueuedParams<E>
  ) => Effect.Effect<void, Failure>
  /** Tries at once, and succeeds when nothing waits any more. */
  readonly flush: Effect.Effect<void, Failure>
  readonly state: Effect.Effect<QueueState>
  readonly refused: Effect.Effect<ReadonlyArray<Refused>, Failure>
  readonly discardRefused: Effect.Effect<void, Failure>
}

const from = <T>(work: () => Promise<T>): Effect.Effect<T, Failure> =>
  Effect.tryPromise({ try: work, catch: failureOf })

/** Opens a queue for as long as the scope; what waits then stays for the next queue of its name. */
export const openQueue = (
  client: Pick<EffectClient, "promises">,
  options: QueueOptions
): Effect.Effect<EffectQueue, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => createQueue(client.promises, options)),
    (queue) => Effect.promise(() => queue.close())
  ).pipe(
    Effect.map((queue) => ({
      add: (readings) => from(() => queue.add(readings)),
      call: (endpoint, params) => from(() => queue.call(endpoint, params)),
      flush: from(() => queue.flush()),
      state: Effect.sync(() => queue.state),
      refused: from(() => queue.refused()),
      discardRefused: from(() => queue.discardRefused())
    }))
  )

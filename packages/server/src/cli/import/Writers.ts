import type { DeviceReading } from "@wattkit/core"
import { Effect, Exit, Fiber, Semaphore } from "effect"
import type { StartError } from "../../StartError.ts"
import type { Appended, Target } from "../transfer/Target.ts"
import type { Batch } from "./Batches.ts"

/** First and last instant of each channel in a batch. */
type Spans = Map<string, [number, number]>

interface Running {
  readonly spans: Spans
  readonly fiber: Fiber.Fiber<void, StartError>
}

const spansOf = (readings: ReadonlyArray<DeviceReading>): Spans => {
  const spans: Spans = new Map()
  let id: string | undefined
  let channel: string | undefined
  let span: [number, number] = [0, 0]
  for (const reading of readings) {
    const { at } = reading
    if (reading.deviceId !== id || reading.channel !== channel) {
      id = reading.deviceId
      channel = reading.channel
      const key = `${id} ${channel}`
      span = spans.get(key) ?? [at, at]
      spans.set(key, span)
    }
    if (at < span[0]) span[0] = at
    if (at > span[1]) span[1] = at
  }
  return spans
}

const overlap = (one: Spans, other: Spans): boolean => {
  for (const [channel, [first, last]] of one) {
    const there = other.get(channel)
    if (there !== undefined && there[0] <= last && first <= there[1]) return true
  }
  return false
}

/** Stores batches, a few at a time. */
export interface Writers {
  /** Returns when the batch is on its way, which is when a writer was free. */
  readonly submit: (batch: Batch) => Effect.Effect<void, StartError>
  /** Returns when every batch is stored. */
  readonly drain: Effect.Effect<void, StartError>
}

/**
 * Stores batches with as many writers as the target is worth. Two batches that may say the same reading are
 * never stored at the same time, so that of two rows about one instant always the first one stays.
 */
export const make = Effect.fnUntraced(function* (
  target: Target,
  keepKnown: (batch: Batch) => Effect.Effect<Batch, StartError>,
  onStored: (batch: Batch, appended: Appended) => void
) {
  const free = yield* Semaphore.make(target.writers)
  const running = new Set<Running>()

  const store = (batch: Batch): Effect.Effect<void, StartError> =>
    batch.readings.length === 0
      ? Effect.void
      : Effect.map(target.append(batch.readings), (appended) => onStored(batch, appended))

  const settle = Effect.fnUntraced(function* (some: ReadonlyArray<Running>) {
    for (const one of some) {
      const exit = yield* Fiber.await(one.fiber)
      running.delete(one)
      if (Exit.isFailure(exit)) return yield* Effect.failCause(exit.cause)
    }
  })
  const isOver = ({ fiber }: Running): boolean => fiber.pollUnsafe() !== undefined

  const writers: Writers = {
    submit: Effect.fnUntraced(function* (given) {
      yield* settle([...running].filter(isOver))
      const batch = yield* keepKnown(given)
      const spans = target.writers > 1 ? spansOf(batch.readings) : new Map()
      yield* settle([...running].filter((one) => overlap(one.spans, spans)))
      yield* free.take(1)
      const fiber = yield* Effect.forkChild(Effect.ensuring(store(batch), free.release(1)))
      running.add({ spans, fiber })
    }),
    drain: Effect.suspend(() => settle([...running]))
  }
  return writers
})

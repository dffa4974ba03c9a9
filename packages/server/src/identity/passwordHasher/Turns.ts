import { HasherBusy } from "@wattkit/core"
import { Effect, Semaphore } from "effect"

/** So many may work at once and so many wait; whoever comes then is told to come later. */
export interface Turns {
  readonly take: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | HasherBusy, R>
}

/** Makes turns. Work that has begun is finished, as nothing can stop a thread of the pool. */
export const make = (atOnce: number, waiting: number): Turns => {
  const semaphore = Semaphore.makeUnsafe(atOnce)
  let present = 0
  const enter = Effect.suspend(() => {
    if (present >= atOnce + waiting) return Effect.fail(new HasherBusy())
    present++
    return Effect.void
  })
  const leave = Effect.sync(() => void present--)
  return {
    take: (work) =>
      Effect.acquireUseRelease(
        enter,
        () => semaphore.withPermit(Effect.uninterruptible(work)),
        () => leave
      )
  }
}

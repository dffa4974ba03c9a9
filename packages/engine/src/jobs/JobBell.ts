import { Context, Effect, Latch, Layer } from "effect"

/** Wakes the worker of this process when there is something to do, so that it need not look all the time. */
export class JobBell extends Context.Service<
  JobBell,
  {
    readonly ring: Effect.Effect<void>
    /** Waits until it rings; what rang since the last time counts. */
    readonly heard: Effect.Effect<void>
  }
>()("@wattkit/engine/JobBell") {
  static readonly layer: Layer.Layer<JobBell> = Layer.sync(JobBell, () => {
    const latch = Latch.makeUnsafe(false)
    return {
      ring: Effect.sync(() => void latch.openUnsafe()),
      heard: Effect.andThen(
        latch.await,
        Effect.sync(() => void latch.closeUnsafe())
      )
    }
  })
}

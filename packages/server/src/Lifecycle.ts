import { Context, Effect, Latch, Layer } from "effect"

/** Where the server is between its start and its end. */
export type Phase = "starting" | "ok" | "draining"

/** Tells every part of the server where it is in its life. */
export class Lifecycle extends Context.Service<
  Lifecycle,
  {
    readonly phase: () => Phase
    readonly startedAt: number
    readonly ready: Effect.Effect<void>
    /** From now on nothing new is begun. */
    readonly drain: Effect.Effect<void>
    /** Completes when the server drains. */
    readonly draining: Effect.Effect<void>
  }
>()("@wattkit/server/Lifecycle") {
  static readonly layer = Layer.sync(Lifecycle, () => {
    let phase: Phase = "starting"
    const latch = Latch.makeUnsafe(false)
    return {
      phase: () => phase,
      startedAt: Date.now(),
      ready: Effect.sync(() => {
        phase = "ok"
      }),
      drain: Effect.suspend(() => {
        phase = "draining"
        return Effect.asVoid(latch.open)
      }),
      draining: latch.await
    }
  })
}

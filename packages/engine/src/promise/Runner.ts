import type { Principal } from "@wattkit/core"
import type { Effect, Stream } from "effect"

/** Runs the services of the engine for an app that has no Effect. */
export interface Runner<R> {
  /** The app that embeds wattkit is trusted with everything of its tenant. */
  readonly owner: Principal
  readonly run: <A, E>(effect: Effect.Effect<A, E, R>) => Promise<A>
  readonly iterable: <A, E>(stream: Stream.Stream<A, E, R>) => AsyncIterable<A>
}

import { Context, Effect, Layer } from "effect"
import type { JobHandler } from "./JobKind.ts"

/** The kinds of jobs this process runs, by their names. */
export class JobKinds extends Context.Service<JobKinds, ReadonlyMap<string, JobHandler>>()(
  "@wattkit/engine/JobKinds"
) {
  /** The given kinds; two of one name are a mistake of ours. */
  static readonly layerOf = <E, R>(
    handlers: Effect.Effect<ReadonlyArray<JobHandler>, E, R>
  ): Layer.Layer<JobKinds, E, R> =>
    Layer.effect(
      JobKinds,
      Effect.flatMap(handlers, (all) => {
        const byName = new Map(all.map((one) => [one.name, one]))
        return byName.size === all.length
          ? Effect.succeed(byName)
          : Effect.die(new Error("two kinds of jobs have one name"))
      })
    )
}

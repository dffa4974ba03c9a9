import { Api, type Health } from "@wattkit/api"
import { ReadingStore } from "@wattkit/core"
import { Upkeep } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Lifecycle } from "../../Lifecycle.ts"
import { StorageHealth } from "../../storage/Storage.ts"
import { version } from "../../packageRoot.ts"

/** How a server is that cannot tell more yet. */
export const starting = (startedAt: number): Health => ({
  status: "starting",
  version,
  uptimeSeconds: Math.floor((Date.now() - startedAt) / 1000),
  durability: "memory",
  components: {}
})

/** Answers the probes. */
export const layer = HttpApiBuilder.group(
  Api,
  "health",
  Effect.fn(function* (handlers) {
    const lifecycle = yield* Lifecycle
    const storage = yield* StorageHealth
    const { durability } = (yield* ReadingStore).capabilities
    const upkeep = yield* Upkeep
    // Readings are stored while usage is behind, so this alone does not make the server unready.
    const usage = Effect.match(upkeep.state, {
      onFailure: () => ({ status: "down", message: "does not answer" }) as const,
      onSuccess: ({ isFailing, lagMs }) =>
        isFailing
          ? ({ status: "down", message: "is not brought up to date", lagMs } as const)
          : ({ status: "up", lagMs } as const)
    })
    const health = Effect.gen(function* () {
      const up = yield* storage.check.pipe(
        Effect.tapError((error) => Effect.logWarning("storage does not answer", error.message)),
        Effect.match({ onSuccess: () => true, onFailure: () => false })
      )
      const phase = lifecycle.phase()
      return {
        ...starting(lifecycle.startedAt),
        status: phase === "ok" && !up ? "down" : phase,
        durability,
        components: {
          [storage.name]: up ? { status: "up" } : { status: "down", message: "does not answer" },
          usage: yield* usage
        }
      } satisfies Health as Health
    })
    return handlers.handleAll({
      show: () => health,
      live: () => Effect.succeed({ status: "ok" }),
      ready: () =>
        Effect.flatMap(health, (found) =>
          found.status === "ok" ? Effect.succeed(found) : Effect.fail(found)
        )
    })
  })
)

import { Api, type Health } from "@wattkit/api"
import { ReadingStore } from "@wattkit/core"
import { Upkeep } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Lifecycle } from "../../Lifecycle.ts"
import { mqttHealth } from "../../mqtt/health.ts"
import { StorageHealth } from "../../storage/Storage.ts"
import { soon } from "./soon.ts"
import { version } from "../../packageRoot.ts"

/** How a server is that cannot tell more yet. */
export const starting = (startedAt: number): Health => ({
  status: "starting",
  version,
  uptimeSeconds: Math.floor((Date.now() - startedAt) / 1000),
  durability: "memory",
  components: {}
})

const silent = { status: "down", message: "does not answer" } as const

/** Answers the probes. */
export const layer = HttpApiBuilder.group(
  Api,
  "health",
  Effect.fn(function* (handlers) {
    const lifecycle = yield* Lifecycle
    const storage = yield* StorageHealth
    const { durability } = (yield* ReadingStore).capabilities
    const upkeep = yield* Upkeep
    const mqtt = yield* mqttHealth
    const isUp = storage.check.pipe(
      Effect.tapError((error) => Effect.logWarning("storage does not answer", error.message)),
      Effect.match({ onSuccess: () => true, onFailure: () => false })
    )
    // Readings are stored while usage is behind, so this alone does not make the server unready.
    const usageNow = Effect.match(upkeep.state, {
      onFailure: () => silent,
      onSuccess: ({ isFailing, lagMs }) =>
        isFailing
          ? ({ status: "down", message: "is not brought up to date", lagMs } as const)
          : ({ status: "up", lagMs } as const)
    })
    const health = Effect.gen(function* () {
      const [up, usage] = yield* Effect.all([soon(isUp, false), soon(usageNow, silent)], { concurrency: 2 })
      const phase = lifecycle.phase()
      return {
        ...starting(lifecycle.startedAt),
        status: phase === "ok" && !up ? "down" : phase,
        durability,
        components: {
          [storage.name]: up ? { status: "up" } : silent,
          usage,
          ...(yield* mqtt)
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

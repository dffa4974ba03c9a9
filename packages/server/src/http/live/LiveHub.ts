import { makeId, type Principal, Submission } from "@wattkit/core"
import { Ingest, Invalid, Live, type LiveSubscription } from "@wattkit/engine"
import { Hub, type Opened, type Selected } from "@wattkit/transport-websocket"
import { Context, Effect, Layer, Stream } from "effect"
import { Lifecycle } from "../../Lifecycle.ts"
import { limits } from "../../limits.ts"

/** All live connections of this server, whatever they speak. */
export class LiveHub extends Context.Service<
  LiveHub,
  {
    readonly hub: Hub
    /** Whether there is room for one more. */
    readonly hasRoom: () => boolean
    /** What a principal may see and say, for as long as its connection lasts. */
    readonly open: (principal: Principal) => Effect.Effect<Opened>
    readonly sessionId: () => string
  }
>()("@wattkit/server/LiveHub") {
  static readonly layer: Layer.Layer<LiveHub, never, Live | Ingest | Lifecycle> = Layer.effect(
    LiveHub,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const live = yield* Live
  const ingest = yield* Ingest
  const lifecycle = yield* Lifecycle
  const context = yield* Effect.context<never>()
  const run = Effect.runPromiseWith(context)
  const hub = new Hub({
    limits: limits.live,
    onError: (error) => Effect.runForkWith(context)(Effect.logError("live connection failed", error))
  })
  hub.start()
  const goAway = Effect.sync(() => hub.close(1001, "going away"))
  yield* Effect.forkScoped(Effect.andThen(lifecycle.draining, goAway))
  yield* Effect.addFinalizer(() => goAway)

  const open = (principal: Principal) =>
    Effect.map(live.open(principal), ({ close, stream, subscribe }): Opened => ({
      stream,
      close,
      subscribe: async (filter, since, listener) => {
        const found = await run(subscribe(filter, since, listener))
        return new Shown(found, () => Stream.toAsyncIterableWith(found.state(), context))
      },
      record: (deviceId, readings) => {
        const id = deviceId ?? principal.deviceId
        return id === null ? run(noDevice) : run(ingest.ingest(principal, id, Submission.decode(readings)))
      }
    }))

  return LiveHub.of({
    hub,
    open,
    hasRoom: () => hub.size < limits.liveConnections && lifecycle.phase() !== "draining",
    sessionId: () => makeId("ws", Date.now(), crypto.getRandomValues(new Uint8Array(16)))
  })
})

/** A subscription of the engine as the hub needs it. */
class Shown implements Selected {
  readonly #found: LiveSubscription
  readonly state: Selected["state"]

  constructor(found: LiveSubscription, state: Selected["state"]) {
    this.#found = found
    this.state = state
  }

  get isResumed(): boolean {
    return this.#found.isResumed
  }

  head(): number {
    return this.#found.head()
  }

  since(sequence: number): ReturnType<Selected["since"]> {
    return this.#found.since(sequence)
  }

  close(): void {
    this.#found.close()
  }
}

const noDevice: Effect.Effect<never, Invalid> = Effect.fail(
  new Invalid({ field: "deviceId", reason: "must say which device the readings are of" })
)

import { makeId, type Principal, Submission } from "@wattkit/core"
import { Ingest, Invalid, Live, type LiveSubscription } from "@wattkit/engine"
import { type Connection, Hub, type Opened, type Outlet, type Selected } from "@wattkit/transport-websocket"
import { Context, Effect, Layer, Stream } from "effect"
import { Admissions, type Ending } from "../../Admissions.ts"
import { Lifecycle } from "../../Lifecycle.ts"
import { limits } from "../../limits.ts"

/** What a client speaks: frames both ways, or server-sent events, which only come. */
export type Speech = "frames" | "events"

/** How a WebSocket is closed whose client may not stay. */
const closings: { readonly [why in Ending]: readonly [code: number, reason: string] } = {
  revoked: [4401, "credential withdrawn"],
  changed: [4409, "rights changed or ran out, connect again"]
}

/** All live connections of this server, whatever they speak. */
export class LiveHub extends Context.Service<
  LiveHub,
  {
    readonly hub: Hub
    /** Whether there is room for one more. */
    readonly hasRoom: () => boolean
    /** What a principal may see and say, for as long as its connection lasts. */
    readonly open: (principal: Principal) => Effect.Effect<Opened>
    /** Takes a client in, for as long as its credential is worth something. */
    readonly enter: (principal: Principal, opened: Opened, outlet: Outlet, speaks: Speech) => Connection
  }
>()("@wattkit/server/LiveHub") {
  static readonly layer: Layer.Layer<LiveHub, never, Live | Ingest | Lifecycle | Admissions> = Layer.effect(
    LiveHub,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const live = yield* Live
  const ingest = yield* Ingest
  const lifecycle = yield* Lifecycle
  const { admit } = yield* Admissions
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

  const enter = (principal: Principal, opened: Opened, outlet: Outlet, speaks: Speech): Connection => {
    const sessionId = makeId("ws", Date.now(), crypto.getRandomValues(new Uint8Array(16)))
    let leave = (): void => undefined
    const close = (): void => {
      opened.close()
      leave()
    }
    const held = { ...opened, close }
    const connection =
      speaks === "frames" ? hub.connect(outlet, held, sessionId) : hub.connectEvents(outlet, held, sessionId)
    leave = admit(principal, (why) => connection.close(...closings[why]))
    return connection
  }

  return LiveHub.of({
    hub,
    open,
    enter,
    hasRoom: () => hub.size < limits.liveConnections && lifecycle.phase() !== "draining"
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

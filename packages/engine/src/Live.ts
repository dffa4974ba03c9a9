import {
  type DeviceStatusStore,
  type DeviceStore,
  type LiveFilter,
  type LiveTold,
  type LiveUpdate,
  type LocationStore,
  type NotFound,
  type Principal,
  type ReadingBus,
  type ReadingStore,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Context, type Duration, Effect, Layer, type Stream } from "effect"
import type { Forbidden } from "./Forbidden.ts"
import { type LiveConnection, Subscribed } from "./live/LiveConnection.ts"
import { makeReach } from "./live/reach.ts"
import { makeStateOf } from "./live/state.ts"
import { type LiveOptions, makeStreams, usualLiveOptions } from "./live/Streams.ts"
import { updatesOf } from "./live/updatesOf.ts"

/** Shows what is stored, while it is being stored. */
export class Live extends Context.Service<
  Live,
  {
    /**
     * The state of every location the filter reaches, then its news, at most one update a location and
     * interval. It is pulled: a slow consumer sees fewer updates, each of them new, and holds nothing.
     */
    readonly updates: (
      principal: Principal,
      filter: LiveFilter
    ) => Stream.Stream<LiveUpdate, Forbidden | NotFound | StorageError>
    /** Opens the stream of the principal's tenant, for those who are told at once and catch up themselves. */
    readonly open: (principal: Principal) => Effect.Effect<LiveConnection>
    /** Tells everybody who listens to a tenant of what is neither a reading nor a status. */
    readonly tell: (tenantId: TenantId, told: LiveTold) => Effect.Effect<void>
  }
>()("@wattkit/engine/Live") {
  /** Live with the given time between two updates of one location, or with other bounds of the log. */
  static readonly layerWith = (
    options: Duration.Input | LiveOptions
  ): Layer.Layer<Live, never, ReadingStore | DeviceStatusStore | DeviceStore | LocationStore | ReadingBus> =>
    Layer.effect(Live, make(isOptions(options) ? options : { ...usualLiveOptions, interval: options }))

  /** Live with at most five updates a second for each location. */
  static readonly layer = Layer.suspend(() => Live.layerWith(usualLiveOptions))
}

const isOptions = (options: Duration.Input | LiveOptions): options is LiveOptions =>
  typeof options === "object" && "interval" in options

const make = (options: LiveOptions) =>
  Effect.gen(function* () {
    const streams = yield* makeStreams(options)
    const { select, shown } = yield* makeReach
    const stateOf = yield* makeStateOf(shown)

    const open = Effect.fnUntraced(function* (principal: Principal) {
      const { release, tenant } = yield* streams.hold(principal.tenantId)
      const { log } = tenant
      const subscribe: LiveConnection["subscribe"] = Effect.fnUntraced(function* (filter, since, listener) {
        const selection = yield* select(principal, filter)
        const isResumed = since !== undefined && since.stream === log.stream && log.covers(since.sequence)
        // Listening starts before the state is read, so that nothing falls between the two.
        const close = tenant.listen({ selection, listener })
        return new Subscribed(isResumed, log, selection, close, () =>
          stateOf(principal.tenantId, selection, log)
        )
      })
      return { stream: log.stream, subscribe, close: release } satisfies LiveConnection as LiveConnection
    })

    return Live.of({
      open,
      tell: streams.tell,
      updates: (principal, filter) => updatesOf(open(principal), { ...filter, events: ["ENERGY_UPDATE"] })
    })
  })

import { type LiveNews, type LiveTold, ReadingBus, type StoredReadings, type TenantId } from "@wattkit/core"
import { Clock, Duration, Effect, Exit, Latch, Scope, Semaphore } from "effect"
import { LiveLog, type LogBounds, usualLogBounds } from "./LiveLog.ts"
import { Pace } from "./Pace.ts"
import { tellOne, TenantStream } from "./TenantStream.ts"

/** How live news are paced and kept. */
export interface LiveOptions {
  /** The time between two updates of one location. */
  readonly interval: Duration.Input
  readonly log: LogBounds
}

/** At most five updates a second for each location. */
export const usualLiveOptions: LiveOptions = { interval: "200 millis", log: usualLogBounds }

interface Held {
  readonly tenant: TenantStream
  readonly scope: Scope.Closeable
  holders: number
  idleSince: number
}

/** So often news are delivered; fifty slices a second keep a burst from standing in the way of others. */
const tickMs = 20

/** So long news are delivered in one go before anything else may run. */
const sliceMs = 5

const streamId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(9))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
}

/** Delivers what was logged, in order, to everybody who listens. */
const makeDelivery = Effect.fnUntraced(function* (intervalMs: number) {
  const pace = new Pace<TenantStream>(intervalMs, tickMs)
  const arrived = Latch.makeUnsafe(false)
  let waiting: Array<readonly [TenantStream, LiveNews]> = []
  const deliver = (tenant: TenantStream, news: LiveNews): void => {
    waiting.push([tenant, news])
    arrived.openUnsafe()
  }
  const deliverAll = Effect.gen(function* () {
    const now = waiting
    waiting = []
    let told = 0
    let until = performance.now() + sliceMs
    for (const [tenant, news] of now) {
      for (const some of tenant.listening(news)) {
        for (const one of some) {
          tellOne(one, news)
          if (++told % 32 !== 0 || performance.now() < until) continue
          yield* Effect.yieldNow
          until = performance.now() + sliceMs
        }
      }
    }
  })
  const run = Effect.gen(function* () {
    while (true) {
      if (pace.isIdle && waiting.length === 0) {
        arrived.closeUnsafe()
        yield* arrived.await
      }
      yield* Effect.sleep(tickMs - ((yield* Clock.currentTimeMillis) % tickMs))
      const now = yield* Clock.currentTimeMillis
      for (const [{ locationId, owner }, readings] of pace.takeDue(now)) {
        owner.tellReadings(locationId, readings, now)
      }
      yield* deliverAll
    }
  })
  yield* Effect.forkScoped(run)
  return { pace, deliver, wake: (): void => void arrived.openUnsafe() }
})

/** The stream of a tenant, while somebody holds it. */
export interface HeldStream {
  readonly tenant: TenantStream
  readonly release: () => void
}

/** The live streams of all tenants somebody listens to, or listened to of late. */
export interface Streams {
  /** Holds the stream of a tenant. After its release it stays as long as its log can help who comes back. */
  readonly hold: (tenantId: TenantId) => Effect.Effect<HeldStream>
  readonly tell: (tenantId: TenantId, told: LiveTold) => Effect.Effect<void>
}

/** Makes the streams, which end with the scope. */
export const makeStreams = Effect.fnUntraced(function* ({ interval, log }: LiveOptions) {
  const bus = yield* ReadingBus
  const clock = yield* Clock.Clock
  const home = yield* Effect.scope
  const streams = new Map<TenantId, Held>()
  const opening = Semaphore.makeUnsafe(1)
  const { deliver, pace, wake } = yield* makeDelivery(Duration.toMillis(Duration.fromInputUnsafe(interval)))

  const open = Effect.fnUntraced(function* (tenantId: TenantId) {
    const known = streams.get(tenantId)
    if (known !== undefined) return known
    const tenant = new TenantStream(new LiveLog(streamId(), log), pace, deliver)
    const scope = yield* Scope.fork(home)
    const take = (news: StoredReadings): void => {
      tenant.take(news, clock.currentTimeMillisUnsafe())
      wake()
    }
    yield* Scope.provide(
      bus.listen(tenantId, take, () => tenant.gap()),
      scope
    )
    const held: Held = { tenant, scope, holders: 0, idleSince: 0 }
    streams.set(tenantId, held)
    return held
  })

  const someIdle = Latch.makeUnsafe(false)
  const closeIdle = Effect.gen(function* () {
    yield* someIdle.await
    yield* Effect.sleep(log.ageMs)
    const now = yield* Clock.currentTimeMillis
    someIdle.closeUnsafe()
    for (const [tenantId, { holders, idleSince, scope }] of streams) {
      if (holders > 0) continue
      if (idleSince > now - log.ageMs) someIdle.openUnsafe()
      else {
        streams.delete(tenantId)
        yield* Scope.close(scope, Exit.void)
      }
    }
  })
  yield* Effect.forkScoped(Effect.forever(closeIdle))

  const hold = Effect.fnUntraced(function* (tenantId: TenantId) {
    const held = streams.get(tenantId) ?? (yield* opening.withPermit(open(tenantId)))
    held.holders++
    let isHeld = true
    const release = (): void => {
      if (!isHeld) return
      isHeld = false
      if (--held.holders > 0) return
      held.idleSince = clock.currentTimeMillisUnsafe()
      someIdle.openUnsafe()
    }
    return { tenant: held.tenant, release }
  })

  const tell = (tenantId: TenantId, told: LiveTold) =>
    Effect.sync(() => streams.get(tenantId)?.tenant.tell(told, clock.currentTimeMillisUnsafe()))

  return { hold, tell } satisfies Streams as Streams
})

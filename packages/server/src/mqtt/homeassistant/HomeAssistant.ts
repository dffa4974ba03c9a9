import type { TenantId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { type Places, usualPlaces } from "@wattkit/formats"
import { Duration, Effect, Layer, Option, type Redacted, Schedule } from "effect"
import { version } from "../../packageRoot.ts"
import { ExternalBroker } from "../external.ts"
import { type Announcer, makeAnnouncer } from "./Announcer.ts"
import { Births } from "./Births.ts"

/** Whose devices are shown to Home Assistant, and where. */
export interface HomeAssistantOptions {
  /** The discovery prefix of Home Assistant. */
  readonly prefix: string
  readonly tenantId: TenantId
  /** The credential for the external broker; the devices of its tenant are shown as well. */
  readonly externalKey?: Redacted.Redacted | undefined
  /** Where people find the server. */
  readonly url?: string | undefined
  /** How often it is said what changed, and how often it is looked which devices there are. */
  readonly flushMs?: number
  readonly reconcileMs?: number
}

const usualFlushMs = 2_000
const usualReconcileMs = 15_000

/** The topics everything is said on. */
export const placesOf = (prefix: string): Places => ({ ...usualPlaces, prefix, version })

const makeTenants = Effect.fnUntraced(function* ({ externalKey, tenantId }: HomeAssistantOptions) {
  const { verify } = yield* Credentials
  if (externalKey === undefined) return [tenantId]
  const bearer = yield* verify(externalKey).pipe(Effect.catch(() => Effect.succeed(Option.none())))
  const theirs = Option.map(bearer, (principal) => principal.tenantId)
  return [...new Set([tenantId, ...Option.toArray(theirs)])]
})

/** Counts how often the external broker was connected to: a new one may have forgotten everything. */
const makeConnects = Effect.gen(function* () {
  const external = Option.getOrUndefined(yield* Effect.serviceOption(ExternalBroker))
  return external === undefined
    ? Effect.succeed(0)
    : Effect.map(external.status, ({ counts }) => counts.connects)
})

const keepTrue = (announcer: Announcer, options: HomeAssistantOptions, connects: Effect.Effect<number>) => {
  const { flushMs = usualFlushMs, reconcileMs = usualReconcileMs } = options
  let connected = 0
  let lookedAt = Number.NEGATIVE_INFINITY
  return Effect.gen(function* () {
    const count = yield* connects
    if (count !== connected) announcer.sayAgain()
    connected = count
    const now = performance.now()
    if (announcer.hasStrangers() || now - lookedAt >= reconcileMs) {
      yield* announcer.reconcile
      lookedAt = now
    }
    yield* announcer.flush
  }).pipe(
    Effect.catchCause((cause) => Effect.logWarning("Home Assistant is not told what changed", cause)),
    Effect.repeat(Schedule.spaced(Duration.millis(flushMs)))
  )
}

const make = Effect.fnUntraced(function* (options: HomeAssistantOptions) {
  const births = yield* Births
  const connects = yield* makeConnects
  const announcers = new Map<TenantId, Announcer>()
  births.listen((tenantId) => announcers.get(tenantId)?.sayAgain())
  for (const tenantId of yield* makeTenants(options)) {
    const announcer = yield* makeAnnouncer(tenantId, placesOf(options.prefix), options.url)
    announcers.set(tenantId, announcer)
    yield* Effect.addFinalizer(() => Effect.timeoutOption(announcer.leave, "2 seconds"))
    yield* Effect.forkScoped(keepTrue(announcer, options, connects))
  }
})

/** Shows the devices of a tenant to Home Assistant, as long as the server runs. */
export const layer = (options: HomeAssistantOptions) => Layer.effectDiscard(make(options))

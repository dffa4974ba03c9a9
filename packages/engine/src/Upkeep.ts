import { DeviceStatusStore, Instant, type StorageError, StorageUpkeep } from "@wattkit/core"
import { Cause, Context, Effect, Layer } from "effect"
import { keptFor } from "./keptFor.ts"

/** How usage is kept up to date. */
export interface UpkeepState {
  /** How many milliseconds ago the oldest reading was stored that usage does not show yet. */
  readonly lagMs: number
  /** Whether the last attempt to bring usage up to date failed; it is repeated until one succeeds. */
  readonly isFailing: boolean
}

/** How often there is something to look after. */
export interface UpkeepOptions {
  /** A device is offline when nothing of it was received for so long. */
  readonly silentMs: number
}

/** Everybody starts with devices that are offline after a quarter of an hour. */
export const usualUpkeep: UpkeepOptions = { silentMs: 15 * 60_000 }

/**
 * Does beside the requests what a store needs done, for as long as its scope is open: brings usage up to date
 * every second, gives up what is older than it is kept at the start and then every day, and notes every
 * minute which devices fell silent.
 *
 * Any number of processes may do it on one store. What fails is logged and tried again, later each time but
 * at least once a minute; what is interrupted at the end is done by the next start.
 */
export class Upkeep extends Context.Service<
  Upkeep,
  { readonly state: Effect.Effect<UpkeepState, StorageError> }
>()("@wattkit/engine/Upkeep") {
  /** Upkeep with times of your own. */
  static readonly layerWith = (
    options: UpkeepOptions
  ): Layer.Layer<Upkeep, never, StorageUpkeep | DeviceStatusStore> => Layer.effect(Upkeep, make(options))

  /** Upkeep with the times everybody starts with. */
  static readonly layer = Layer.suspend(() => Upkeep.layerWith(usualUpkeep))
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** The wait before another attempt: a second, doubled with every failure up to a minute. */
const backOff = (failures: number): number => Math.min(SECOND * 2 ** (failures - 1), MINUTE)

/** Does a step again and again; `note` hears whether it failed. */
const repeatedly = (
  what: string,
  everyMs: number,
  step: Effect.Effect<unknown, StorageError>,
  note: (hasFailed: boolean) => void = () => {}
): Effect.Effect<never> =>
  Effect.suspend(() => {
    let failures = 0
    const attempt = Effect.matchCauseEffect(step, {
      onSuccess: () =>
        Effect.sync(() => {
          failures = 0
          note(false)
          return everyMs
        }),
      onFailure: (cause) => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
        const wait = backOff(++failures)
        note(true)
        const message = `${what} failed; it is tried again in ${wait / SECOND} s`
        return Effect.as(Effect.logWarning(message, cause), wait)
      }
    })
    return Effect.forever(Effect.flatMap(attempt, (wait) => Effect.sleep(wait)))
  })

const make = ({ silentMs }: UpkeepOptions) =>
  Effect.gen(function* () {
    const store = yield* StorageUpkeep
    const statuses = yield* DeviceStatusStore
    const retention = yield* keptFor
    let isFailing = false
    let retainedOn: number | undefined

    const refresh = Effect.flatMap(store.lag, (lag) => (lag > 0 ? store.refreshUsage : Effect.void))

    // Looked at every minute, because a timer over a whole day stands still while a machine sleeps.
    const retain = Effect.gen(function* () {
      const now = yield* Instant.now
      const day = Math.floor(now / DAY)
      if (day === retainedOn) return
      const { droppedCells, droppedReadingDays, droppedRecords = 0 } = yield* store.retain(now, retention)
      retainedOn = day
      if (droppedReadingDays + droppedCells + droppedRecords > 0) {
        yield* Effect.logInfo("gave up records that are kept no longer", {
          droppedReadingDays,
          droppedCells,
          droppedRecords
        })
      }
    })

    const observe = Effect.flatMap(Instant.now, (now) => statuses.observe(now, silentMs))

    const notice = (hasFailed: boolean) => {
      isFailing = hasFailed
    }
    yield* Effect.forkScoped(repeatedly("bringing usage up to date", SECOND, refresh, notice))
    yield* Effect.forkScoped(repeatedly("giving up old records", MINUTE, retain))
    yield* Effect.forkScoped(repeatedly("observing devices", MINUTE, observe))

    return Upkeep.of({ state: Effect.map(store.lag, (lag) => ({ lagMs: Math.ceil(lag), isFailing })) })
  })

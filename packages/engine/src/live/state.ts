import {
  type DeviceId,
  DeviceStatusStore,
  Instant,
  type LiveNews,
  ReadingStore,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Effect, Option, Stream } from "effect"
import type { Selection } from "./LiveListener.ts"
import type { LiveLog } from "./LiveLog.ts"
import type { Shown } from "./reach.ts"

/** Makes what reads the state of everything selected, location by location. */
export const makeStateOf = Effect.fnUntraced(function* (
  shown: (tenantId: TenantId, selection: Selection) => Stream.Stream<Shown, StorageError>
) {
  const store = yield* ReadingStore
  const statuses = yield* DeviceStatusStore

  const statusOf = Effect.fnUntraced(function* (tenantId: TenantId, deviceId: DeviceId) {
    const now = yield* Instant.now
    return yield* statuses.history(tenantId, deviceId, { start: now, end: Instant.plus(now, 1) })
  })

  const ofLocation = Effect.fnUntraced(function* (tenantId: TenantId, selection: Selection, one: Shown) {
    const { deviceIds, locationId } = one
    const news: Array<LiveNews> = []
    if (selection.events?.has("ENERGY_UPDATE") !== false) {
      const readings = yield* store.latest(tenantId, deviceIds)
      if (readings.length > 0) news.push({ type: "ENERGY_UPDATE", sequence: 0, locationId, readings })
    }
    if (selection.events?.has("DEVICE_STATUS") === false) return news
    const found = yield* Effect.forEach(deviceIds, (id) => statusOf(tenantId, id), { concurrency: 4 })
    for (const status of found.flat()) {
      news.push({ type: "DEVICE_STATUS", sequence: 0, locationId, ...status })
    }
    return news
  })

  // Only the end of a state is a position to go on from.
  return (tenantId: TenantId, selection: Selection, log: LiveLog): Stream.Stream<LiveNews, StorageError> =>
    Stream.suspend(() => {
      const from = log.head
      return shown(tenantId, selection).pipe(
        Stream.mapEffect((one) => ofLocation(tenantId, selection, one)),
        Stream.flattenIterable,
        Stream.zipWithNext,
        Stream.map(([one, next]) => (Option.isSome(next) ? one : { ...one, sequence: from }))
      )
    })
})

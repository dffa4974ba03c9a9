import {
  type Device,
  type DeviceId,
  DeviceStore,
  LocationStore,
  ReadingStore,
  StorageUpkeep,
  type TenantId,
  type UsageCursor,
  UsageStore
} from "@wattkit/core"
import { Effect, Option, Stream } from "effect"
import { StartError } from "../../StartError.ts"
import type { Origin } from "./Origin.ts"

const sentence = ({ message }: { readonly message: string }): StartError => new StartError({ message })

/** How many entries of a list, and how many cells, are asked for at once. */
const page = 500
const cells = 5000

/** The storage of a server, without the server. */
export const make = Effect.fnUntraced(function* (tenantId: TenantId) {
  const readings = yield* ReadingStore
  const deviceStore = yield* DeviceStore
  const locations = yield* LocationStore
  const usage = yield* UsageStore
  const upkeep = yield* StorageUpkeep

  const all = Effect.fnUntraced(function* (locationId: Device["locationId"] | undefined) {
    const ids: Array<DeviceId> = []
    if (locationId !== undefined) yield* locations.get(tenantId, locationId)
    while (true) {
      const found = yield* deviceStore.list(tenantId, { limit: page, after: ids.at(-1), locationId })
      ids.push(...found.map(({ id }) => id))
      if (found.length < page) return ids
    }
  })

  const origin: Origin = {
    devices: ({ deviceIds, locationIds }) =>
      Effect.gen(function* () {
        const ids = new Set(deviceIds)
        for (const id of deviceIds) yield* deviceStore.get(tenantId, id)
        for (const id of locationIds) for (const device of yield* all(id)) ids.add(device)
        if (deviceIds.length + locationIds.length === 0) return yield* all(undefined)
        return [...ids].sort()
      }).pipe(Effect.mapError(sentence)),
    channels: (deviceId) =>
      readings.latest(tenantId, [deviceId]).pipe(
        Effect.map((latest) => latest.map(({ channel }) => channel).sort()),
        Effect.mapError(sentence)
      ),
    readings: (query) => Stream.mapError(readings.scan(tenantId, query), sentence),
    usage: ({ after, ...query }) =>
      Stream.unwrap(
        Effect.as(
          upkeep.refreshUsage,
          Stream.paginate(after, (from: UsageCursor | undefined) =>
            Effect.map(usage.page(tenantId, { ...query, after: from, limit: cells }), (found) => {
              const last = found.length < cells ? undefined : found.at(-1)
              const next =
                last === undefined
                  ? undefined
                  : { deviceId: last.deviceId, channel: last.channel, start: last.within.start }
              return [found, Option.fromUndefinedOr(next)] as const
            })
          )
        )
      ).pipe(Stream.mapError(sentence))
  }
  return origin
})

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { ChannelName, DeviceId, TenantId } from "../model/ids.ts"
import { type DeviceReading, isSame, type Reading } from "../model/Reading.ts"
import type { Instant } from "../time/Instant.ts"
import type { Interval } from "../time/Interval.ts"
import { DeviceStore } from "./DeviceStore.ts"
import type { StorageError } from "./StorageError.ts"

/**
 * What became of one reading of a batch.
 *
 * `accepted` it is stored; `duplicate` the very same reading was there already; `conflict` another reading
 * with the same identity is there and was kept; `unknown_device` the tenant has no such device.
 */
export type AppendOutcome = "accepted" | "duplicate" | "conflict" | "unknown_device"

/** Which readings to read: one channel of one device over an interval, oldest first. */
export interface ReadingQuery {
  readonly deviceId: DeviceId
  readonly channel: ChannelName
  readonly within: Interval
}

/** What an adapter can do, as data; the caller chooses by it. */
export interface ReadingStoreCapabilities {
  /** The largest batch `append` takes. */
  readonly maxBatch: number
  /** What an acknowledged append survives: the end of the process, or also a power cut. */
  readonly durability: "memory" | "process" | "power"
}

/**
 * Keeps readings.
 *
 * `append` is atomic and idempotent: when it succeeds, every accepted reading is stored as durably as the
 * adapter declares, together with the latest state of each device; when it fails, nothing is, unless the
 * connection broke while it was being committed: append again, and what was stored is a duplicate. The
 * outcomes stand in the order of the batch. Two readings of the same identity in one batch are judged in
 * their order. A batch larger than `maxBatch` is a defect of the caller.
 */
export interface ReadingStore {
  readonly capabilities: ReadingStoreCapabilities
  readonly append: (
    tenantId: TenantId,
    batch: ReadonlyArray<DeviceReading>
  ) => Effect.Effect<ReadonlyArray<AppendOutcome>, StorageError>
  /** At most `limit` readings (at least 1), those after the instant `after` when it is given. */
  readonly page: (
    tenantId: TenantId,
    query: ReadingQuery & { readonly after?: Instant | undefined; readonly limit: number }
  ) => Effect.Effect<ReadonlyArray<Reading>, StorageError>
  /** All readings of the query, read in pieces as the consumer takes them. */
  readonly scan: (tenantId: TenantId, query: ReadingQuery) => Stream.Stream<Reading, StorageError>
  /** The newest reading of every channel of the devices, once; nothing for a device that never spoke. */
  readonly latest: (
    tenantId: TenantId,
    deviceIds: ReadonlyArray<DeviceId>
  ) => Effect.Effect<ReadonlyArray<DeviceReading>, StorageError>
}

/** The key of the ReadingStore service. */
export const ReadingStore = Context.Service<ReadingStore>("@wattkit/core/ReadingStore")

/** One channel's readings by instant, and the newest of them. */
interface Kept {
  readonly byInstant: Map<Instant, DeviceReading>
  newest: DeviceReading
}

const channelsOf = (devices: Map<DeviceId, Map<ChannelName, Kept>>, deviceId: DeviceId) => {
  const known = devices.get(deviceId)
  if (known !== undefined) return known
  const made = new Map<ChannelName, Kept>()
  devices.set(deviceId, made)
  return made
}

const keep = (channels: Map<ChannelName, Kept>, reading: DeviceReading): AppendOutcome => {
  const channel = channels.get(reading.channel)
  if (channel === undefined) {
    channels.set(reading.channel, { byInstant: new Map([[reading.at, reading]]), newest: reading })
    return "accepted"
  }
  const there = channel.byInstant.get(reading.at)
  if (there !== undefined) return isSame(there, reading) ? "duplicate" : "conflict"
  channel.byInstant.set(reading.at, reading)
  if (reading.at > channel.newest.at) channel.newest = reading
  return "accepted"
}

/** Keeps readings in memory, until the process ends. */
export const layerMemory: Layer.Layer<ReadingStore, never, DeviceStore> = Layer.effect(
  ReadingStore,
  Effect.gen(function* () {
    const registry = yield* DeviceStore
    const devices = new Map<DeviceId, Map<ChannelName, Kept>>()
    const belongs = (tenantId: TenantId, deviceId: DeviceId) =>
      Effect.match(registry.get(tenantId, deviceId), { onFailure: () => false, onSuccess: () => true })

    const select = Effect.fnUntraced(function* (tenantId: TenantId, query: ReadingQuery) {
      if (!(yield* belongs(tenantId, query.deviceId))) return []
      const { start, end } = query.within
      return [...(devices.get(query.deviceId)?.get(query.channel)?.byInstant.values() ?? [])]
        .filter((reading) => reading.at >= start && reading.at < end)
        .sort((a, b) => a.at - b.at)
        .map(({ deviceId: _, ...reading }): Reading => reading)
    })

    return {
      capabilities: { maxBatch: 100_000, durability: "memory" },
      append: Effect.fnUntraced(function* (tenantId, batch) {
        const known = new Set<DeviceId>()
        for (const deviceId of new Set(batch.map((reading) => reading.deviceId))) {
          if (yield* belongs(tenantId, deviceId)) known.add(deviceId)
        }
        return batch.map((reading) =>
          known.has(reading.deviceId)
            ? keep(channelsOf(devices, reading.deviceId), reading)
            : "unknown_device"
        )
      }),
      page: (tenantId, query) =>
        Effect.map(select(tenantId, query), (readings) =>
          readings
            .filter((reading) => query.after === undefined || reading.at > query.after)
            .slice(0, query.limit)
        ),
      scan: (tenantId, query) => Stream.unwrap(Effect.map(select(tenantId, query), Stream.fromIterable)),
      latest: Effect.fnUntraced(function* (tenantId, deviceIds) {
        const known = yield* Effect.filter([...new Set(deviceIds)], (deviceId) => belongs(tenantId, deviceId))
        return known.flatMap((deviceId) =>
          [...(devices.get(deviceId)?.values() ?? [])].map(({ newest }) => newest)
        )
      })
    } satisfies ReadingStore
  })
)

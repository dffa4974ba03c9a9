import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Correction } from "../model/Correction.ts"
import type { DeviceId, TenantId } from "../model/ids.ts"
import type { DeviceReading, Reading } from "../model/Reading.ts"
import { DeviceStore } from "../ports/DeviceStore.ts"
import {
  type AppendOutcome,
  type CorrectionOutcome,
  type ReadingQuery,
  ReadingStore
} from "../ports/ReadingStore.ts"
import * as Instant from "../time/Instant.ts"
import { correctedBy, KeptDecisions } from "./KeptDecisions.ts"
import { channelOf, channelsOf, countedOf, KeptReadings, noteChange } from "./KeptReadings.ts"
import * as Versions from "./Versions.ts"

const maxBatch = 100_000

/** Dies of what no caller may ask for. */
const refuseMistakes = (batch: ReadonlyArray<{ readonly at: Instant.Instant }>): Effect.Effect<void> => {
  if (batch.length > maxBatch) {
    return Effect.die(new RangeError(`a batch of ${batch.length} readings is over the largest, ${maxBatch}`))
  }
  const wrong = batch.find(({ at }) => Result.isFailure(Instant.make(at)))
  return wrong === undefined ? Effect.void : Effect.die(new RangeError(`${wrong.at} is no instant`))
}

const keepSaid = (
  kept: KeptReadings,
  tenantId: TenantId,
  { deviceId, ...reading }: DeviceReading,
  receivedAt: Instant.Instant
): AppendOutcome => {
  if (reading.at < kept.readingsFrom) return "expired"
  const channel = channelOf(kept, tenantId, deviceId, reading.channel)
  const versions = channel.versions.get(reading.at) ?? []
  channel.versions.set(reading.at, versions)
  const outcome = Versions.addSaid(versions, reading, receivedAt)
  if (outcome === "accepted" || outcome === "superseded") channel.heardAt = receivedAt
  if (outcome === "accepted") noteChange(kept, channel, reading.at)
  return outcome
}

const keepCorrection = (
  kept: KeptReadings,
  tenantId: TenantId,
  correction: Correction,
  receivedAt: Instant.Instant
): CorrectionOutcome => {
  const { at } = correction
  if (at < kept.readingsFrom) return "expired"
  const channel = channelOf(kept, tenantId, correction.deviceId, correction.channel)
  const versions = channel.versions.get(at) ?? []
  channel.versions.set(at, versions)
  const outcome = Versions.addCorrection(versions, correction, receivedAt)
  if (outcome === "accepted" || outcome === "revised") noteChange(kept, channel, at)
  return outcome
}

const make = Effect.gen(function* () {
  const registry = yield* DeviceStore
  const kept = yield* KeptReadings
  const decisions = yield* KeptDecisions
  decisions.set("reading_revisions", correctedBy(kept))
  const knownOf = (tenantId: TenantId, deviceIds: Iterable<DeviceId>) =>
    Effect.filter([...new Set(deviceIds)], (deviceId) => Effect.isSuccess(registry.get(tenantId, deviceId)))

  /** Everything that waits is done before the first one is kept, so a batch is never left half kept. */
  const keepAll = Effect.fnUntraced(function* <
    A extends { readonly deviceId: DeviceId; readonly at: Instant.Instant },
    O
  >(tenantId: TenantId, batch: ReadonlyArray<A>, keep: (one: A, receivedAt: Instant.Instant) => O) {
    yield* refuseMistakes(batch)
    const known = new Set(
      yield* knownOf(
        tenantId,
        batch.map(({ deviceId }) => deviceId)
      )
    )
    const receivedAt = yield* Instant.now
    return batch.map((one) => (known.has(one.deviceId) ? keep(one, receivedAt) : "unknown_device"))
  })

  const select = Effect.fnUntraced(function* (tenantId: TenantId, query: ReadingQuery) {
    const [known] = yield* knownOf(tenantId, [query.deviceId])
    const channel = known === undefined ? undefined : channelsOf(kept, tenantId, known).get(query.channel)
    if (channel === undefined) return []
    return countedOf(channel, Math.max(kept.readingsFrom, query.within.start)).flatMap(
      ({ reading: { deviceId: _, ...reading } }): ReadonlyArray<Reading> =>
        reading.at < query.within.end ? [reading] : []
    )
  })

  return {
    capabilities: { maxBatch, durability: "memory" },
    append: (tenantId, batch) =>
      keepAll(tenantId, batch, (reading, receivedAt) => keepSaid(kept, tenantId, reading, receivedAt)),
    correct: (tenantId, corrections) =>
      keepAll(tenantId, corrections, (one, receivedAt) => keepCorrection(kept, tenantId, one, receivedAt)),
    revisions: Effect.fnUntraced(function* (tenantId, { at, channel, deviceId }) {
      const [known] = yield* knownOf(tenantId, [deviceId])
      if (known === undefined || at < kept.readingsFrom) return []
      return [...(channelsOf(kept, tenantId, known).get(channel)?.versions.get(at) ?? [])]
    }),
    page: (tenantId, query) =>
      Effect.map(select(tenantId, query), (readings) =>
        readings
          .filter((reading) => query.after === undefined || reading.at > query.after)
          .slice(0, query.limit)
      ),
    scan: (tenantId, query) => Stream.unwrap(Effect.map(select(tenantId, query), Stream.fromIterable)),
    latest: Effect.fnUntraced(function* (tenantId, deviceIds) {
      return (yield* knownOf(tenantId, deviceIds)).flatMap((deviceId) =>
        [...channelsOf(kept, tenantId, deviceId).values()].flatMap(({ newest }) => newest ?? [])
      )
    })
  } satisfies ReadingStore
})

/** Keeps readings in memory, until the process ends. */
export const layer: Layer.Layer<ReadingStore, never, DeviceStore | KeptDecisions | KeptReadings> =
  Layer.effect(ReadingStore, make)

import {
  type Device,
  type DeviceDraft,
  type DeviceId,
  DeviceStore,
  Instant,
  type LocationId,
  LocationStore,
  ReadingStore,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Effect, Schedule } from "effect"
import { StartError } from "../../StartError.ts"
import type { Appended, Refusal, Target } from "./Target.ts"

const sentence = ({ message }: { readonly message: string }): StartError => new StartError({ message })

/** A database that restarts is back within half a minute. */
const patience = Schedule.exponential("200 millis", 1.6).pipe(Schedule.upTo({ duration: "30 seconds" }))

const refusals = {
  conflict: "another reading of this channel at this instant is stored and was kept",
  expired: "is older than readings are kept (WATTKIT_KEEP_READINGS_DAYS)"
} as const

const judge = (outcomes: ReadonlyArray<string>): Appended => {
  let accepted = 0
  let duplicates = 0
  const refused: Array<Refusal> = []
  outcomes.forEach((outcome, index) => {
    // A reading that was corrected before it came is stored beside its correction.
    if (outcome === "accepted" || outcome === "superseded") accepted++
    else if (outcome === "duplicate") duplicates++
    else if (outcome === "unknown_device") {
      refused.push({ index, field: "device", reason: outcome, message: "is not registered" })
    } else {
      const message = refusals[outcome as keyof typeof refusals]
      refused.push({ index, field: "at", reason: outcome, message })
    }
  })
  return { accepted, duplicates, refused }
}

const create = Effect.fnUntraced(function* (
  tenantId: TenantId,
  id: DeviceId,
  locationId: LocationId,
  draft: Pick<DeviceDraft, "role" | "kind">
) {
  const devices = yield* DeviceStore
  yield* LocationStore.use((locations) => locations.get(tenantId, locationId))
  const createdAt = yield* Instant.now
  const device: Device = { id, tenantId, locationId, name: id, parentId: null, createdAt, ...draft }
  yield* devices.add(device)
})

/** The storage of a server, without the server. */
export const make = Effect.fnUntraced(function* (tenantId: TenantId, name: string) {
  const readings = yield* ReadingStore
  const devices = yield* DeviceStore
  const locations = yield* LocationStore
  const target: Target = {
    name: `${name}, tenant ${tenantId}`,
    batch: Math.min(5000, readings.capabilities.maxBatch),
    writers: 2,
    isByDevice: false,
    append: (batch) =>
      readings
        .append(tenantId, batch)
        .pipe(
          Effect.retry({ while: ({ reason }: StorageError) => reason === "unavailable", schedule: patience }),
          Effect.mapBoth({ onFailure: sentence, onSuccess: judge })
        ),
    hasDevice: (id) =>
      devices.get(tenantId, id).pipe(
        Effect.as(true),
        Effect.catchTag("NotFound", () => Effect.succeed(false)),
        Effect.mapError(sentence)
      ),
    createDevice: (id, locationId, draft) =>
      create(tenantId, id, locationId, draft).pipe(
        Effect.provideService(DeviceStore, devices),
        Effect.provideService(LocationStore, locations),
        Effect.mapError(sentence)
      )
  }
  return target
})

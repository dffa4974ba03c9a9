import {
  type AppendOutcome,
  type DeviceId,
  type DeviceReading,
  DeviceStore,
  Instant,
  type Principal,
  type Quarantined,
  ReadingBus,
  ReadingStore
} from "@wattkit/core"
import { Effect } from "effect"
import { Corrections } from "../Corrections.ts"
import { clockFault } from "../ingest/clockFault.ts"

/**
 * What came of releasing one reading: it is stored, or it waits on, because its instant still lies ahead or
 * before 2000, because another reading is stored there, because its time was given up, or because its device
 * is gone.
 */
export type ReleaseOutcome = "released" | "future" | "too_old" | "conflict" | "expired" | "unknown_device"

const outcomeOf = (outcome: AppendOutcome | undefined): ReleaseOutcome =>
  outcome === "conflict" || outcome === "expired" || outcome === "unknown_device" ? outcome : "released"

const shifted = ({ reading }: Quarantined, shiftMs: number): DeviceReading => ({
  ...reading,
  at: (reading.at + shiftMs) as Instant.Instant,
  ...(reading.since === undefined ? {} : { since: (reading.since + shiftMs) as Instant.Instant })
})

const byDevice = <A extends { readonly reading: DeviceReading }>(
  all: ReadonlyArray<A>
): ReadonlyMap<DeviceId, ReadonlyArray<A>> => {
  const found = new Map<DeviceId, Array<A>>()
  for (const one of all) {
    const own = found.get(one.reading.deviceId)
    if (own === undefined) found.set(one.reading.deviceId, [one])
    else own.push(one)
  }
  return found
}

/** A reading to release, with its place among those that were chosen. */
interface Placed {
  readonly place: number
  readonly reading: DeviceReading
}

/** Stores readings that were kept in quarantine; the outcomes stand in the order of the readings. */
export const makeRelease = Effect.gen(function* () {
  const store = yield* ReadingStore
  const devices = yield* DeviceStore
  const bus = yield* ReadingBus
  const corrections = yield* Corrections

  /** Stores readings as if the device had said them with its clock set right. */
  const append = Effect.fnUntraced(function* (
    { tenantId }: Principal,
    deviceId: DeviceId,
    readings: ReadonlyArray<DeviceReading>
  ) {
    const { locationId } = yield* devices.get(tenantId, deviceId)
    const outcomes = yield* store.append(tenantId, readings)
    const news = readings.filter((_, i) => outcomes[i] === "accepted")
    if (news.length > 0) yield* bus.publish({ tenantId, locationId, readings: news })
    return outcomes.map(outcomeOf)
  })

  /** Lets the readings count that something else was stored in place of. */
  const correct = Effect.fnUntraced(function* (
    principal: Principal,
    deviceId: DeviceId,
    placed: ReadonlyArray<Placed>
  ) {
    const readings = placed.map(({ reading: { deviceId: _, ...reading } }) => reading)
    const draft = { reason: "released from quarantine", readings, strikeOut: [] }
    const { rejected } = yield* corrections
      .correct(principal, deviceId, draft)
      .pipe(Effect.catchTag("Invalid", Effect.die))
    const stopped = new Map(rejected.map(({ index, reason }) => [index, reason]))
    return placed.map((_, i): ReleaseOutcome => {
      const reason = stopped.get(i)
      return reason === undefined || reason === "malformed" ? "released" : reason
    })
  })

  return Effect.fnUntraced(function* (
    principal: Principal,
    chosen: ReadonlyArray<Quarantined>,
    shiftMs: number
  ) {
    const now = yield* Instant.now
    const outcomes: Array<ReleaseOutcome> = chosen.map((one) => {
      const at = (one.reading.at + shiftMs) as Instant.Instant
      return clockFault(at, now)?.reason ?? "released"
    })
    const sound = chosen.flatMap((one, place) =>
      outcomes[place] === "released"
        ? [{ place, reading: shifted(one, shiftMs), corrects: one.reason === "conflict" && shiftMs === 0 }]
        : []
    )
    const note = (placed: ReadonlyArray<Placed>, found: ReadonlyArray<ReleaseOutcome>) =>
      placed.forEach(({ place }, i) => {
        outcomes[place] = found[i] ?? "released"
      })
    for (const [deviceId, all] of byDevice(sound)) {
      const said = all.filter(({ corrects }) => !corrects)
      const rivals = all.filter(({ corrects }) => corrects)
      if (said.length > 0) {
        const readings = said.map(({ reading }) => reading)
        note(said, yield* append(principal, deviceId, readings))
      }
      if (rivals.length > 0) note(rivals, yield* correct(principal, deviceId, rivals))
    }
    return outcomes
  })
})

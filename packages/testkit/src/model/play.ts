import {
  AlreadyExists,
  type Device,
  DeviceStore,
  type Location,
  LocationStore,
  ReadingStore,
  type StorageError,
  StorageUpkeep,
  type Tenant,
  TenantStore,
  UsageStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { Model } from "./Model.ts"
import type { Operation, Sequence } from "./Sequence.ts"
import { insist, type Stores, type Subject } from "./Subject.ts"

const createdAt = 0 as Tenant["createdAt"]

const isThere = (error: unknown): error is AlreadyExists => error instanceof AlreadyExists

/** Adds the tenant of a sequence with its locations and devices, as far as they are not there. */
const settle = ({ devices, locations, tenantId }: Sequence) =>
  Effect.gen(function* () {
    const unlessThere = <E>(effect: Effect.Effect<void, AlreadyExists | E, never>) =>
      Effect.catchIf(effect, isThere, () => Effect.void)
    yield* unlessThere((yield* TenantStore).add({ id: tenantId, name: "Ada", createdAt }))
    for (const { id, zone } of locations) {
      const currency = "EUR" as Location["currency"]
      const place: Location = { id, tenantId, zone, currency, name: "House", kind: "house", createdAt }
      yield* unlessThere((yield* LocationStore).add(place))
    }
    for (const { id, locationId } of devices) {
      const kept = { id, tenantId, locationId, createdAt }
      const device: Device = { ...kept, name: "Meter", role: "load", kind: "plug", parentId: null }
      yield* unlessThere((yield* DeviceStore).add(device))
    }
  })

/** What an outcome may be instead when the first answer was lost with the connection. */
const mayBe = (expected: string, told: string, isRepeated: boolean): boolean =>
  expected === told ||
  (isRepeated && told === "duplicate" && ["accepted", "superseded", "revised"].includes(expected))

interface Played {
  readonly subject: Subject
  readonly sequence: Sequence
  readonly model: Model
}

const told = <A>(
  { sequence: { seed }, subject }: Played,
  place: number,
  effect: Effect.Effect<ReadonlyArray<A>, StorageError, Stores>,
  expected: ReadonlyArray<A>
) =>
  Effect.map(insist(subject, effect), ({ isRepeated, value }) =>
    expected.length === value.length &&
    expected.every((one, i) => mayBe(String(one), String(value[i]), isRepeated))
      ? []
      : [`seed ${seed}, operation ${place}: was ${value.join()}, not ${expected.join()}`]
  )

const perform = (played: Played, operation: Operation, place: number) => {
  const { model, sequence, subject } = played
  const { tenantId } = sequence
  const done = <E>(effect: Effect.Effect<unknown, E, Stores>) =>
    Effect.as(insist(subject, effect), [] as ReadonlyArray<string>)
  switch (operation.do) {
    case "append": {
      const { batch } = operation
      const append = Effect.flatMap(ReadingStore, (store) => store.append(tenantId, batch))
      return told(
        played,
        place,
        append,
        batch.map((reading) => model.append(reading))
      )
    }
    case "correct": {
      const { corrections } = operation
      const correct = Effect.flatMap(ReadingStore, (store) => store.correct(tenantId, corrections))
      return told(
        played,
        place,
        correct,
        corrections.map((correction) => model.correct(correction))
      )
    }
    case "rules": {
      const { channel, deviceId, rules } = operation
      model.setRules(operation, rules)
      return done(Effect.flatMap(UsageStore, (store) => store.setRules(tenantId, deviceId, channel, rules)))
    }
    case "zone": {
      const { change, locationId } = operation
      model.setZone(locationId, change.zone, change.from)
      return done(Effect.flatMap(LocationStore, (store) => store.changeZone(tenantId, locationId, change)))
    }
    case "refresh":
      return done(Effect.flatMap(StorageUpkeep, (upkeep) => upkeep.refreshUsage))
    case "reopen":
      return Effect.as(subject.reopen, [])
    case "kill":
      return Effect.as(subject.kill, [])
  }
}

/**
 * Does everything of a sequence to the stores and to a model, and answers the model, and where the stores
 * said something else became of a reading than they should have.
 */
export const play = (subject: Subject, sequence: Sequence) =>
  Effect.gen(function* () {
    const model = new Model()
    for (const { id, zone } of sequence.locations) model.setZone(id, zone)
    yield* insist(subject, settle(sequence))
    const differences: Array<string> = []
    for (const [place, operation] of sequence.operations.entries()) {
      differences.push(...(yield* perform({ subject, sequence, model }, operation, place)))
    }
    return { model, differences }
  })

import type { DeviceDraft, DeviceId, LocationId } from "@wattkit/core"
import { Effect } from "effect"
import type { StartError } from "../../StartError.ts"
import type { Target } from "../transfer/Target.ts"
import type { Batch } from "./Batches.ts"

/** How devices that are not registered are made. */
export interface NewDevices extends Pick<DeviceDraft, "role" | "kind"> {
  readonly at: LocationId
}

/** Knows which devices of the files the target has. */
export class Devices {
  readonly #target: Target
  readonly #create: NewDevices | undefined
  readonly #known = new Map<DeviceId, boolean>()
  /** How many rows were of each device that is not registered. */
  readonly unknown = new Map<string, number>()
  readonly created: Array<DeviceId> = []

  constructor(target: Target, create: NewDevices | undefined) {
    this.#target = target
    this.#create = create
  }

  /** The readings of a batch whose devices are there, after those were made that may be made. */
  keep(batch: Batch, refuse: (line: number) => void): Effect.Effect<Batch, StartError> {
    const ids = new Set<DeviceId>()
    let last: DeviceId | undefined
    for (const { deviceId } of batch.readings) {
      if (deviceId !== last) ids.add(deviceId)
      last = deviceId
    }
    return Effect.gen({ self: this }, function* () {
      let areAllThere = true
      for (const id of ids) areAllThere = (yield* this.#check(id)) && areAllThere
      return areAllThere ? batch : this.#thoseThere(batch, refuse)
    })
  }

  #check(id: DeviceId): Effect.Effect<boolean, StartError> {
    const known = this.#known.get(id)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.gen({ self: this }, function* () {
      let isThere = yield* this.#target.hasDevice(id)
      if (!isThere && this.#create !== undefined) {
        const { at, kind, role } = this.#create
        yield* this.#target.createDevice(id, at, { kind, role })
        this.created.push(id)
        isThere = true
      }
      this.#known.set(id, isThere)
      return isThere
    })
  }

  #thoseThere(batch: Batch, refuse: (line: number) => void): Batch {
    const kept: Batch = { readings: [], lines: [] }
    batch.readings.forEach((reading, i) => {
      const line = batch.lines[i]!
      if (this.#known.get(reading.deviceId) === true) {
        kept.readings.push(reading)
        kept.lines.push(line)
      } else {
        this.unknown.set(reading.deviceId, (this.unknown.get(reading.deviceId) ?? 0) + 1)
        refuse(line)
      }
    })
    return kept
  }
}

import type { DeviceReading, LiveUpdate, LocationId } from "@wattkit/core"
import { Clock, Effect, Latch } from "effect"

/**
 * Gathers readings by location until they are taken, keeping the newest of each channel.
 *
 * This is what bounds a slow consumer: however long it stays away, one reading a channel waits for it. The
 * first news of a quiet location go out at once; what follows within the interval goes out at its end.
 */
export class Coalesce {
  readonly #intervalMs: number
  readonly #pending = new Map<LocationId, Map<string, DeviceReading>>()
  readonly #sentAt = new Map<LocationId, number>()
  readonly #arrived = Latch.makeUnsafe(false)
  #sequence = 0

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  add(locationId: LocationId, readings: ReadonlyArray<DeviceReading>): void {
    if (readings.length === 0) return
    const waiting = this.#pending.get(locationId) ?? new Map<string, DeviceReading>()
    for (const reading of readings) {
      const key = `${reading.deviceId}/${reading.channel}`
      const known = waiting.get(key)
      if (known === undefined || known.at <= reading.at) waiting.set(key, reading)
    }
    this.#pending.set(locationId, waiting)
    this.#arrived.openUnsafe()
  }

  /** Waits until something is due and takes all that is. */
  readonly take: Effect.Effect<ReadonlyArray<LiveUpdate>> = Effect.gen({ self: this }, function* () {
    while (true) {
      this.#arrived.closeUnsafe()
      const now = yield* Clock.currentTimeMillis
      const due = this.#takeDue(now)
      if (due.length > 0) return due
      const wait = this.#untilDue(now)
      yield* wait === undefined ? this.#arrived.await : Effect.race(this.#arrived.await, Effect.sleep(wait))
    }
  })

  #takeDue(now: number): ReadonlyArray<LiveUpdate> {
    const due: Array<LiveUpdate> = []
    for (const [locationId, waiting] of this.#pending) {
      if ((this.#sentAt.get(locationId) ?? -Infinity) + this.#intervalMs > now) continue
      this.#pending.delete(locationId)
      this.#sentAt.set(locationId, now)
      due.push({ sequence: ++this.#sequence, locationId, readings: [...waiting.values()] })
    }
    return due
  }

  #untilDue(now: number): number | undefined {
    let wait: number | undefined
    for (const locationId of this.#pending.keys()) {
      const left = (this.#sentAt.get(locationId) ?? 0) + this.#intervalMs - now
      if (wait === undefined || left < wait) wait = left
    }
    return wait
  }
}

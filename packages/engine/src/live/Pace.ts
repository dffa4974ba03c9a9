import type { DeviceReading, LocationId } from "@wattkit/core"

/** A location whose readings wait until its next update is due. */
export interface Place<Owner> {
  readonly owner: Owner
  readonly locationId: LocationId
  waiting: Map<string, DeviceReading> | undefined
  sentAt: number
}

/** A location nothing was sent of yet. */
export const placeOf = <Owner>(owner: Owner, locationId: LocationId): Place<Owner> => ({
  owner,
  locationId,
  waiting: undefined,
  sentAt: Number.NEGATIVE_INFINITY
})

/**
 * Gathers the readings of each location until its next update is due, keeping the newest of each channel.
 *
 * The first news of a quiet location are due at the next tick; what follows within the interval waits for its
 * end. Places stand in a wheel of ticks, so a tick costs what is due then and not what waits.
 */
export class Pace<Owner> {
  readonly tickMs: number
  readonly #intervalMs: number
  readonly #wheel: Array<Array<Place<Owner>>>
  #tick = 0
  #waiting = 0

  constructor(intervalMs: number, tickMs: number) {
    this.tickMs = tickMs
    this.#intervalMs = intervalMs
    this.#wheel = Array.from({ length: Math.ceil(intervalMs / tickMs) + 2 }, () => [])
  }

  /** Whether nothing waits. */
  get isIdle(): boolean {
    return this.#waiting === 0
  }

  /** Adds readings that were stored together. */
  add(place: Place<Owner>, readings: ReadonlyArray<DeviceReading>, now: number): void {
    if (readings.length === 0) return
    if (place.waiting === undefined) {
      place.waiting = new Map()
      this.#enter(place, now)
    }
    for (const reading of readings) {
      const key = `${reading.deviceId}/${reading.channel}`
      const known = place.waiting.get(key)
      if (known === undefined || known.at <= reading.at) place.waiting.set(key, reading)
    }
  }

  /** Takes what is due, as places and their readings. */
  takeDue(now: number): ReadonlyArray<readonly [Place<Owner>, Iterable<DeviceReading>]> {
    const due: Array<readonly [Place<Owner>, Iterable<DeviceReading>]> = []
    const last = Math.floor(now / this.tickMs)
    // Whoever slept for long, or whose clock was set, goes round once.
    const turns = last < this.#tick ? this.#wheel.length : Math.min(last - this.#tick, this.#wheel.length)
    for (let tick = last - turns + 1; tick <= last; tick++) {
      const index = tick % this.#wheel.length
      for (const place of this.#wheel[index]!) {
        due.push([place, place.waiting!.values()])
        place.waiting = undefined
        place.sentAt = now
      }
      this.#wheel[index] = []
    }
    this.#tick = last
    this.#waiting -= due.length
    return due
  }

  #enter(place: Place<Owner>, now: number): void {
    if (this.#waiting++ === 0) this.#tick = Math.floor(now / this.tickMs)
    const wait = Math.min(Math.max(place.sentAt + this.#intervalMs - now, 0), this.#intervalMs)
    const due = Math.max(Math.ceil((now + wait) / this.tickMs), this.#tick + 1)
    this.#wheel[due % this.#wheel.length]!.push(place)
  }
}

import type { LiveReading, LiveUpdate } from "./frames.ts"

/**
 * Updates that nobody has taken yet, merged to one for each location.
 *
 * It holds one reading for each device and channel, the one that came last, however slow the consumer is.
 */
export class Newest {
  readonly #waiting = new Map<string, { sequence: number; readonly readings: Map<string, LiveReading> }>()

  /** Adds an update behind those of other locations. */
  add({ locationId, readings, sequence }: LiveUpdate): void {
    const found = this.#waiting.get(locationId) ?? { sequence, readings: new Map<string, LiveReading>() }
    found.sequence = sequence
    for (const reading of readings) found.readings.set(`${reading.deviceId}/${reading.channel}`, reading)
    this.#waiting.set(locationId, found)
  }

  /** Takes the update of the location that has waited longest. */
  take(): LiveUpdate | undefined {
    for (const [locationId, { readings, sequence }] of this.#waiting) {
      this.#waiting.delete(locationId)
      return { sequence, locationId, readings: [...readings.values()] }
    }
    return undefined
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.clear()
  }
}

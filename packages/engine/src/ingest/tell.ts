import type { DeviceReading, LocationId, ReadingBus, StoredReadings } from "@wattkit/core"
import type { Effect } from "effect"
import type { OnStored } from "./GroupCommit.ts"

/**
 * Publishes what was accepted of a commit: a commit may serve a thousand devices of one location, and their
 * readings are one piece of news.
 */
export const makeTell =
  (bus: ReadingBus, run: (effect: Effect.Effect<void>) => unknown): OnStored =>
  (offered, outcomes) => {
    const news = new Map<LocationId, StoredReadings & { readonly readings: Array<DeviceReading> }>()
    let at = 0
    for (const { place, readings } of offered) {
      const { locationId, tenantId } = place
      for (const reading of readings) {
        if (outcomes[at++] !== "accepted") continue
        const known = news.get(locationId)
        if (known !== undefined) known.readings.push(reading)
        else news.set(locationId, { tenantId, locationId, readings: [reading] })
      }
    }
    for (const one of news.values()) run(bus.publish(one))
  }

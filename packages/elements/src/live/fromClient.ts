import type { Client } from "@wattkit/client"
import { subscribe } from "@wattkit/client/live"
import type { LiveData } from "./LiveData.ts"

const largestPage = 500

/** The first entries of a list, over as many pages as that takes. */
const first = async <T>(list: AsyncIterable<T>, most: number): Promise<ReadonlyArray<T>> => {
  const found: Array<T> = []
  for await (const entry of list) {
    found.push(entry)
    if (found.length >= most) break
  }
  return found
}

/** Answers what the elements need from a wattkit server. */
export const fromClient = (client: Client): LiveData => ({
  locations: (signal) => first(client.locations.list({ limit: largestPage }, { signal }), largestPage),
  devices: (locationId, signal) =>
    first(client.devices.list({ locationId, limit: largestPage }, { signal }), 2 * largestPage),
  readings: (deviceId, from, most, signal) =>
    first(
      client.readings.list(
        { id: deviceId, from: new Date(from).toISOString(), limit: Math.min(most, largestPage) },
        { signal }
      ),
      most
    ),
  today: (locationId, signal) =>
    first(
      client.usage.ofLocation(
        { locationId, groupBy: "device", period: "today", resolution: "1d", limit: largestPage },
        { signal }
      ),
      4 * largestPage
    ),
  latest: (deviceId, signal) => client.readings.latest({ id: deviceId }, { signal }),
  follow: (locationId, { onState, onUpdate, signal }) => {
    subscribe(client, { locationIds: [locationId], signal, onUpdate, onState })
  }
})

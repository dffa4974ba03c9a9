import { createClient } from "@wattkit/client"
import type { TestServer } from "../fixtures/inProcess.ts"
import { type Ledger, ledgerOf } from "./Ledger.ts"
import type { Fault, MeterOptions } from "./Meter.ts"
import { type Place, type Stage, tellStory } from "./story.ts"
import { Wire } from "./Wire.ts"

/** Opens a meter somewhere. */
export type Open = (options: MeterOptions) => Promise<Place>

const begin = Date.now() - 3 * 3_600_000

/** Tells the story on a server with the meters that `open` opens, and gives a ledger of what is stored. */
export const tell = async (
  server: TestServer,
  open: Open,
  minutesWithout: number,
  fault?: Fault
): Promise<Ledger> => {
  const client = createClient({ baseUrl: server.url, auth: server.key })
  const draft = { name: "Far away", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
  const { id: locationId } = await client.locations.create({ body: draft })
  const register = async (name: string): Promise<string> => {
    const body = { name, role: "grid", kind: "grid_meter" } as const
    return (await client.devices.register({ locationId, body })).device.id
  }
  const wire = await Wire.open(server.url)
  const places = new Set<Place>()
  const stage: Stage = {
    wire,
    deviceIds: [await register("one"), await register("other")],
    open: async (deviceId) => {
      const place = await open({ baseUrl: wire.url, key: server.key, deviceId, begin, fault })
      places.add(place)
      return { ...place, kill: () => (places.delete(place), place.kill()) }
    }
  }
  try {
    return await ledgerOf(server, begin, await tellStory(stage, minutesWithout))
  } finally {
    for (const place of places) await place.kill()
    await wire.close()
  }
}

/** How long the network is away; an hour unless the environment says otherwise. */
export const minutesWithout = (): number => Number(process.env["WATTKIT_TEST_OFFLINE_MINUTES"] ?? 60)

/** Nothing is wrong. */
export const whole: Ledger = { lost: [], doubled: [], wrong: [] }

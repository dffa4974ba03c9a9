import { createWattkit } from "@wattkit/engine/promise"
import { EmbeddedStorage } from "@wattkit/storage-postgres"
import { layer as embeddedPostgres } from "@wattkit/storage-postgres/embedded"
import { Layer } from "effect"

const directory = process.argv[2] ?? ".wattkit/embed-ingest"
const storage = EmbeddedStorage.layer().pipe(Layer.provide(embeddedPostgres({ directory })))
const wattkit = await createWattkit({ storage })

const place = { name: "Elm Street 1", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
const { id: locationId } = await wattkit.createLocation(place)
const meter = await wattkit.registerDevice({ locationId, name: "Meter", role: "grid", kind: "grid_meter" })

const reading = { at: new Date().toISOString(), powerW: 420, importWh: 12_345 }
console.log("first: ", await wattkit.ingest(meter.id, reading))
console.log("again: ", await wattkit.ingest(meter.id, reading))
console.log("latest:", await wattkit.latest(meter.id))
await wattkit.close()

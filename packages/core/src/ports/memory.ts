import * as Layer from "effect/Layer"
import * as Statuses from "../memory/deviceStatusStore.ts"
import * as KeptReadings from "../memory/KeptReadings.ts"
import * as Readings from "../memory/readingStore.ts"
import * as Upkeep from "../memory/storageUpkeep.ts"
import * as Usage from "../memory/usageStore.ts"
import * as ApiKeys from "./ApiKeyStore.ts"
import * as Bus from "./ReadingBus.ts"
import * as Devices from "./DeviceStore.ts"
import * as Locations from "./LocationStore.ts"
import * as Quarantine from "./QuarantineStore.ts"
import * as Tenants from "./TenantStore.ts"

/** Every store in memory, until the process ends: for tests, examples and browsers. */
export const layer = Layer.mergeAll(Readings.layer, Usage.layer, Upkeep.layer, Statuses.layer).pipe(
  Layer.provide(KeptReadings.layer),
  Layer.provideMerge(Layer.mergeAll(ApiKeys.layerMemory, Quarantine.layerMemory)),
  Layer.provideMerge(Devices.layerMemory),
  Layer.provideMerge(Locations.layerMemory),
  Layer.provideMerge(Tenants.layerMemory)
)

/** Carries news inside this process. */
export const layerBus = Bus.layerMemory

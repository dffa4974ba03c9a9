import * as Layer from "effect/Layer"
import * as ApiKeys from "./ApiKeyStore.ts"
import * as Bus from "./ReadingBus.ts"
import * as Devices from "./DeviceStore.ts"
import * as Locations from "./LocationStore.ts"
import * as Readings from "./ReadingStore.ts"
import * as Tenants from "./TenantStore.ts"

/** Every store in memory, until the process ends: for tests, examples and browsers. */
export const layer = Readings.layerMemory.pipe(
  Layer.provideMerge(ApiKeys.layerMemory),
  Layer.provideMerge(Devices.layerMemory),
  Layer.provideMerge(Locations.layerMemory),
  Layer.provideMerge(Tenants.layerMemory)
)

/** Carries news inside this process. */
export const layerBus = Bus.layerMemory

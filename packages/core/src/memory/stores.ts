import * as Layer from "effect/Layer"
import * as Statuses from "./deviceStatusStore.ts"
import * as KeptReadings from "./KeptReadings.ts"
import * as Readings from "./readingStore.ts"
import * as Identity from "./identity/stores.ts"
import * as Upkeep from "./storageUpkeep.ts"
import * as Usage from "./usageStore.ts"
import * as ApiKeys from "../ports/ApiKeyStore.ts"
import * as Bindings from "../ports/BindingStore.ts"
import * as Bus from "../ports/ReadingBus.ts"
import * as DeadLetters from "../ports/DeadLetterStore.ts"
import * as Devices from "../ports/DeviceStore.ts"
import * as Idempotency from "../ports/requests/IdempotencyStore.ts"
import * as Locations from "../ports/LocationStore.ts"
import * as Quarantine from "../ports/QuarantineStore.ts"
import * as Tenants from "../ports/TenantStore.ts"

/** Every store in memory, until the process ends: for tests, examples and browsers. */
export const layer = Layer.mergeAll(Readings.layer, Usage.layer, Upkeep.layer, Statuses.layer).pipe(
  Layer.provide(KeptReadings.layer),
  Layer.provideMerge(
    Layer.mergeAll(
      ApiKeys.layerMemory,
      Bindings.layerMemory,
      DeadLetters.layerMemory,
      Quarantine.layerMemory,
      Idempotency.layerMemory,
      Identity.layer
    )
  ),
  Layer.provideMerge(Devices.layerMemory),
  Layer.provideMerge(Locations.layerMemory),
  Layer.provideMerge(Tenants.layerMemory)
)

/** Carries news inside this process. */
export const layerBus = Bus.layerMemory

export { layer as layerMailer, Outbox } from "./mailer.ts"
export { layer as layerPasswordHasher } from "./passwordHasher.ts"

import * as Layer from "effect/Layer"
import * as Statuses from "./deviceStatusStore.ts"
import * as KeptDecisions from "./KeptDecisions.ts"
import * as KeptReadings from "./KeptReadings.ts"
import * as Readings from "./readingStore.ts"
import * as Identity from "./identity/stores.ts"
import * as Tariffs from "./tariffStore.ts"
import * as Upkeep from "./storageUpkeep.ts"
import * as Usage from "./usageStore.ts"
import * as Bindings from "../ports/BindingStore.ts"
import * as Bus from "../ports/ReadingBus.ts"
import * as DeadLetters from "../ports/DeadLetterStore.ts"
import * as Devices from "../ports/DeviceStore.ts"
import * as Idempotency from "../ports/requests/IdempotencyStore.ts"
import * as Locations from "../ports/LocationStore.ts"
import * as Quarantine from "../ports/QuarantineStore.ts"
import * as ServerSecret from "../ports/identity/ServerSecret.ts"
import * as Tenants from "../ports/TenantStore.ts"

/** Every store in memory, until the process ends: for tests, examples and browsers. */
export const layer = Layer.mergeAll(Readings.layer, Usage.layer, Upkeep.layer, Statuses.layer).pipe(
  Layer.provide(KeptReadings.layer),
  Layer.provideMerge(
    Layer.mergeAll(
      Bindings.layerMemory,
      DeadLetters.layerMemory,
      Quarantine.layerMemory,
      Idempotency.layerMemory,
      Identity.layer,
      Tariffs.layer
    )
  ),
  Layer.provide(KeptDecisions.layer),
  Layer.provideMerge(Devices.layerMemory),
  Layer.provideMerge(Locations.layerMemory),
  Layer.provideMerge(Tenants.layerMemory),
  // What is sealed in memory is gone with it, and so may its secret.
  Layer.merge(Layer.suspend(() => ServerSecret.layerOf(crypto.getRandomValues(new Uint8Array(32)))))
)

/** Carries news inside this process. */
export const layerBus = Bus.layerMemory

export { layer as layerMailer, Outbox } from "./mailer.ts"
export { layer as layerPasswordHasher } from "./passwordHasher.ts"

import { assert, it } from "@effect/vitest"
import { TimescaleStorage } from "@wattkit/storage-timescale"
import * as Suites from "@wattkit/testkit/suites"
import { Effect, Layer } from "effect"
import { compressing } from "./compressing.ts"
import * as TimescaleDatabase from "./TimescaleDatabase.ts"

/** A database for each suite. */
const layer = () => Layer.unwrap(Effect.map(TimescaleDatabase.fresh, TimescaleStorage.layerOptions))

const compressed = () => Layer.provideMerge(compressing, layer())

if (TimescaleDatabase.given === undefined) {
  it(TimescaleDatabase.notGiven, () => {
    const plain = { version: undefined, available: undefined, licence: undefined, isMoved: false }
    const capabilities = { hypertables: false, compression: false }
    assert.include(TimescaleStorage.obstacle({ ...plain, capabilities }), "install it")
  })
} else {
  const patient = { timeout: "120 seconds" } as const
  Suites.tenantStoreSuite("TimescaleDB", layer(), patient)
  Suites.locationStoreSuite("TimescaleDB", layer(), patient)
  Suites.deviceStoreSuite("TimescaleDB", layer(), patient)
  Suites.apiKeyStoreSuite("TimescaleDB", layer(), patient)
  Suites.quarantineStoreSuite("TimescaleDB", layer(), patient)
  Suites.deviceStatusStoreSuite("TimescaleDB", layer(), patient)
  Suites.bindingStoreSuite("TimescaleDB", layer(), patient)
  Suites.deadLetterStoreSuite("TimescaleDB", layer(), patient)
  Suites.readingStoreSuite("TimescaleDB", layer(), patient)
  Suites.usageStoreSuite("TimescaleDB", layer(), patient)
  Suites.storageUpkeepSuite("TimescaleDB", layer(), patient)
  Suites.readingStoreSuite("TimescaleDB, all compressed", compressed(), patient)
  Suites.usageStoreSuite("TimescaleDB, all compressed", compressed(), patient)
  Suites.storageUpkeepSuite("TimescaleDB, all compressed", compressed(), patient)
}

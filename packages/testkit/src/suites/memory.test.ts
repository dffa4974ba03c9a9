import { Memory } from "@wattkit/core"
import * as Suites from "./index.ts"

Suites.tenantStoreSuite("memory", Memory.layer)
Suites.locationStoreSuite("memory", Memory.layer)
Suites.deviceStoreSuite("memory", Memory.layer)
Suites.apiKeyStoreSuite("memory", Memory.layer)
Suites.readingStoreSuite("memory", Memory.layer)
Suites.usageStoreSuite("memory", Memory.layer)
Suites.storageUpkeepSuite("memory", Memory.layer)
Suites.quarantineStoreSuite("memory", Memory.layer)
Suites.deviceStatusStoreSuite("memory", Memory.layer)
Suites.bindingStoreSuite("memory", Memory.layer)
Suites.deadLetterStoreSuite("memory", Memory.layer)
Suites.readingBusSuite("memory", Memory.layerBus)

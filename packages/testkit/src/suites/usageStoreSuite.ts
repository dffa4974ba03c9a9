import type * as Layer from "effect/Layer"
import { register, type SuiteOptions } from "./Check.ts"
import { arrivalChecks } from "./usage/arrival.ts"
import { cellChecks } from "./usage/cells.ts"
import { queryChecks } from "./usage/queries.ts"
import { registerChecks } from "./usage/registers.ts"
import type { Needs, UsageCheck } from "./usage/support.ts"
import { zoneChecks } from "./usage/zones.ts"

/** Everything a `UsageStore` promises, one check for each promise. */
export const usageStoreChecks: ReadonlyArray<UsageCheck> = [
  ...registerChecks,
  ...arrivalChecks,
  ...cellChecks,
  ...zoneChecks,
  ...queryChecks
]

/**
 * Registers the tests every `UsageStore` has to pass, over a layer that also carries the readings, the upkeep
 * and the registry.
 */
export const usageStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: UsageStore`, layer, usageStoreChecks, options)

import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import { refreshChecks } from "./upkeep/refresh.ts"
import { retentionChecks } from "./upkeep/retention.ts"
import { type SignInNeeds, signInChecks } from "./upkeep/signIns.ts"
import type { Needs } from "./usage/support.ts"

/** Everything a `StorageUpkeep` promises, one check for each promise; retention comes last, as time does. */
export const storageUpkeepChecks: ReadonlyArray<Check<Needs | SignInNeeds>> = [
  ...refreshChecks,
  ...signInChecks,
  ...retentionChecks
]

/**
 * Registers the tests every `StorageUpkeep` has to pass, over a layer that also carries readings, usage,
 * sessions and the registry. It gives up readings of years to come: the store should be its own.
 */
export const storageUpkeepSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs | SignInNeeds, E>,
  options: SuiteOptions = {}
): void => register(`${name}: StorageUpkeep`, layer, storageUpkeepChecks, options)

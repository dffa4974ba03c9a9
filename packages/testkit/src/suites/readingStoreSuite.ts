import type * as Layer from "effect/Layer"
import { register, type SuiteOptions } from "./Check.ts"
import { anyOrderChecks } from "./readings/anyOrder.ts"
import { appendChecks } from "./readings/append.ts"
import { correctionChecks } from "./readings/corrections.ts"
import { limitChecks } from "./readings/limits.ts"
import { quantityChecks } from "./readings/quantities.ts"
import { latestChecks, pageChecks, scanChecks } from "./readings/reads.ts"
import type { Needs, ReadingCheck } from "./readings/support.ts"
import { togetherChecks } from "./readings/together.ts"

/** What a suite of reading stores can be told. */
export interface ReadingStoreSuiteOptions extends SuiteOptions {
  /** How many readings a scan is tried over, several times what is fetched at once; 3,500 by default. */
  readonly scanRows?: number | undefined
}

/** Everything a `ReadingStore` promises, one check for each promise. */
export const readingStoreChecks = (options: ReadingStoreSuiteOptions = {}): ReadonlyArray<ReadingCheck> => [
  ...appendChecks,
  ...quantityChecks,
  ...limitChecks,
  ...pageChecks,
  ...scanChecks(options.scanRows ?? 3500),
  ...latestChecks,
  ...togetherChecks,
  ...correctionChecks,
  ...anyOrderChecks
]

/** Registers the tests every `ReadingStore` has to pass, over a layer that also carries the registry. */
export const readingStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: ReadingStoreSuiteOptions = {}
): void => register(`${name}: ReadingStore`, layer, readingStoreChecks(options), options)

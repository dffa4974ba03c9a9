import { Effect } from "effect"
import { carryOver, setAside } from "./channels/carryOver.ts"
import { partitionFunctions } from "./channels/partitionFunctions.ts"
import { readingTables } from "./channels/readingTables.ts"
import { recordTables } from "./channels/recordTables.ts"
import { usageTables } from "./channels/usageTables.ts"

/**
 * Channels with keys of their own, readings in a partition for each day, what is computed from them, and the
 * records beside them. What was stored before is carried over, and its usage waits to be computed.
 */
export const channels = Effect.gen(function* () {
  yield* setAside
  yield* readingTables
  yield* usageTables
  yield* recordTables
  yield* partitionFunctions
  yield* carryOver
})

import { Effect } from "effect"
import { chunkFunctions } from "../chunks/chunkFunctions.ts"
import { extensionSchema } from "../chunks/extensionSchema.ts"
import { move } from "../chunks/move.ts"

/** Readings and usage in hypertables, with everything that was stored. */
export const toHypertables = Effect.gen(function* () {
  const extension = yield* extensionSchema
  yield* chunkFunctions(extension)
  yield* move(extension)
})

import { formatOf } from "../spec/interpret.ts"
import { spec } from "./spec.ts"
import { words } from "./words.ts"

/** Meters of HomeWizard, whose answers somebody publishes. */
export const homewizard = formatOf("homewizard", spec, words)

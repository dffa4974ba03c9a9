import { formatOf } from "../../spec/interpret.ts"
import { spec } from "./spec.ts"
import { words } from "./words.ts"

/** Shelly devices of the first generation. */
export const shellyGen1 = formatOf("shelly-gen1", spec, words)

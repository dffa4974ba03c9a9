import { formatOf } from "../../spec/interpret.ts"
import { spec } from "./spec.ts"
import { words } from "./words.ts"

/** Micro-inverters read by AhoyDTU. */
export const ahoydtu = formatOf("ahoydtu", spec, words)

import { formatOf } from "../../spec/interpret.ts"
import { spec } from "./spec.ts"
import { words } from "./words.ts"

/** Micro-inverters read by OpenDTU. */
export const opendtu = formatOf("opendtu", spec, words)

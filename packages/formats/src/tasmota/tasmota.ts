import { formatOf } from "../spec/interpret.ts"
import { spec } from "./spec.ts"
import { words } from "./words.ts"

/** Plugs and meters with the firmware Tasmota. */
export const tasmota = formatOf("tasmota", spec, words)

import type { FormatId } from "@wattkit/core"
import { spec as homewizard } from "./homewizard/spec.ts"
import { spec as ahoydtu } from "./hoymiles/ahoydtu/spec.ts"
import { spec as opendtu } from "./hoymiles/opendtu/spec.ts"
import { spec as shellyGen1 } from "./shelly/gen1/spec.ts"
import type { FormatSpec } from "./spec/FormatSpec.ts"
import { spec as tasmota } from "./tasmota/spec.ts"
import { spec as victron } from "./victron/spec.ts"

/** The formats that are data alone, as data; the others need a memory or another syntax than JSON. */
export const specs: ReadonlyMap<FormatId, FormatSpec> = new Map([
  ["tasmota", tasmota],
  ["shelly-gen1", shellyGen1],
  ["victron", victron],
  ["homewizard", homewizard],
  ["opendtu", opendtu],
  ["ahoydtu", ahoydtu]
])

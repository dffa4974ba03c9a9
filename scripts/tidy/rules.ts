import type { Rule } from "./Rule.ts"
import { barrels } from "./rules/barrels.ts"
import { cycles } from "./rules/cycles.ts"
import { fence } from "./rules/fence.ts"
import { importFloors, manifestFloors } from "./rules/floors.ts"
import { functionLengths } from "./rules/functions.ts"
import { leftovers } from "./rules/leftovers.ts"
import { machine } from "./rules/machine.ts"
import { ports } from "./rules/ports.ts"
import { readmes } from "./rules/readmes.ts"
import { secrets } from "./rules/secrets.ts"
import { fileSizes, folderSizes, lineLengths } from "./rules/sizes.ts"
import { sqlTexts } from "./rules/sqlTexts.ts"
import { words } from "./rules/words.ts"

/** Every rule of the house. */
export const rules: ReadonlyArray<Rule> = [
  fileSizes,
  lineLengths,
  functionLengths,
  folderSizes,
  importFloors,
  manifestFloors,
  fence,
  cycles,
  barrels,
  words,
  leftovers,
  ports,
  readmes,
  machine,
  secrets,
  sqlTexts
]

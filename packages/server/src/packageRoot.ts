import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const find = (folder: string): string => {
  if (existsSync(join(folder, "package.json"))) return folder
  const above = dirname(folder)
  return above === folder ? folder : find(above)
}

/** The folder of this package, whether the code runs from source or as it was published. */
export const packageRoot: string = find(dirname(fileURLToPath(import.meta.url)))

/** The version of this package. */
export const version: string = String(
  JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).version
)

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/**
 * The end of every generator: writes the files, or with `--check` on the command line compares them and sets
 * the exit code. A file that is already right is not touched, so that nothing built from it becomes stale.
 */
export const writeOrCheck = (files: Readonly<Record<string, string>>, argv: ReadonlyArray<string>): void => {
  for (const [path, text] of Object.entries(files)) {
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue
    if (argv.includes("--check")) {
      process.stderr.write(`${path} is stale\n`)
      process.exitCode = 1
    } else {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
  }
}

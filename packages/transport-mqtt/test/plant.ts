import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const here = join(import.meta.dirname, "..")

/** A bug: in this file, this text instead of that one. */
export interface Bug {
  readonly name: string
  readonly changes: ReadonlyArray<{ readonly file: string; readonly from: string; readonly to: string }>
}

/**
 * Copies the sources of this package and puts a bug into the copy. It fails when the text that is to be
 * replaced is not there exactly once, so that no bug is forgotten when the sources change.
 */
export const plant = ({ changes, name }: Bug) => {
  const folder = join(here, ".test-output", `${name}-${process.pid}`)
  cpSync(join(here, "src"), folder, { recursive: true, filter: (path) => !path.endsWith(".test.ts") })
  for (const { file, from, to } of changes) {
    const path = join(folder, file)
    const parts = readFileSync(path, "utf8").split(from)
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`)
    writeFileSync(path, parts.join(to))
  }
  return {
    load: <M>(file: string): Promise<M> => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

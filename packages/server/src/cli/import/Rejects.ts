import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs"
import { CsvText } from "@wattkit/transport-http"
import { Effect, type Scope } from "effect"
import { StartError } from "../../StartError.ts"

const header = "line,field,reason,message\n"

/** Text is written when so much of it has come together. */
const enough = 64 * 1024

/** The file of rows that were not stored: on which line, which field, why in a word and in a sentence. */
export interface Rejects {
  readonly path: string
  readonly add: (line: number, field: string, reason: string, message: string) => void
  /** Writes what was added; answers how many bytes the file has. */
  readonly flush: () => number
}

/**
 * Opens the file when the first row is rejected. `keep` is how many bytes of an earlier part of the same
 * import stay in it; without any, a file of an earlier import goes.
 */
export const open = (path: string, keep: number): Effect.Effect<Rejects, StartError, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.try({
        try: () => {
          if (keep === 0) rmSync(path, { force: true })
          const state: { file: number | undefined; size: number; text: string } = {
            file: undefined,
            size: keep,
            text: keep === 0 ? header : ""
          }
          return state
        },
        catch: (cause) => new StartError({ message: `${path} cannot be written: ${String(cause)}` })
      }),
      ({ file }) =>
        Effect.sync(() => {
          if (file !== undefined) closeSync(file)
        })
    ),
    (state): Rejects => {
      const flush = (): number => {
        if (state.text === header || state.text === "") return state.size
        if (state.file === undefined) {
          state.file = openSync(path, keep === 0 ? "w" : "r+")
          ftruncateSync(state.file, keep)
        }
        const bytes = Buffer.from(state.text)
        writeSync(state.file, bytes, 0, bytes.length, state.size)
        state.size += bytes.length
        state.text = ""
        return state.size
      }
      return {
        path,
        flush,
        add: (line, field, reason, message) => {
          state.text += `${line},${CsvText.cellOf(field)},${reason},${CsvText.cellOf(message)}\n`
          if (state.text.length > enough) flush()
        }
      }
    }
  )

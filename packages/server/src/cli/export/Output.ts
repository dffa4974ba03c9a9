import { createWriteStream } from "node:fs"
import type { Writable } from "node:stream"
import { finished } from "node:stream/promises"
import { createGzip } from "node:zlib"
import { Effect, type Scope } from "effect"
import { StartError } from "../../StartError.ts"

/** Where an export goes. */
export interface Output {
  /** Writes text and returns when there is room for more. */
  readonly write: (text: string) => Effect.Effect<void, StartError>
  /** Returns when everything is written. */
  readonly end: Effect.Effect<void, StartError>
}

const unwritable = (path: string, cause: unknown): StartError =>
  new StartError({
    message: `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`
  })

const push = (stream: Writable, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)))
  })

interface Opened {
  readonly first: Writable
  readonly last: Writable
}

const openFile = (path: string, at: number): Opened => {
  const file = createWriteStream(path, at === 0 ? { flags: "w" } : { flags: "r+", start: at })
  if (!path.endsWith(".gz")) return { first: file, last: file }
  const packer = createGzip({ level: 6 })
  packer.pipe(file)
  return { first: packer, last: file }
}

/** Opens a file, packed when its name ends in .gz, to write from a place on; `-` is standard output. */
export const open = (path: string, at: number): Effect.Effect<Output, StartError, Scope.Scope> =>
  Effect.gen(function* () {
    const isStandard = path === "-"
    const { first, last } = isStandard ? { first: process.stdout, last: process.stdout } : openFile(path, at)
    let broken: unknown
    last.on("error", (cause) => (broken = cause))
    if (!isStandard) yield* Effect.addFinalizer(() => Effect.sync(() => void last.destroy()))
    const attempt = (run: () => Promise<unknown>): Effect.Effect<void, StartError> =>
      Effect.tryPromise({
        try: async () => {
          if (broken !== undefined) throw broken
          await run()
        },
        catch: (cause) => unwritable(path, broken ?? cause)
      })
    return {
      write: (text) => (text === "" ? Effect.void : attempt(() => push(first, text))),
      end: isStandard
        ? Effect.void
        : attempt(() => {
            first.end()
            return finished(last)
          })
    }
  })

import { createReadStream, openSync, readSync, closeSync, statSync } from "node:fs"
import { pipeline, type Readable } from "node:stream"
import { createGunzip } from "node:zlib"
import { Effect, type Scope } from "effect"
import { StartError } from "../../StartError.ts"

/** The bytes of a file, a piece at a time, as they are asked for. */
export interface Source {
  /** The next bytes, unpacked; nothing at the end. */
  readonly next: Effect.Effect<Uint8Array | undefined, StartError>
  /** From 0 to 1, how much of the file was read; unknown of standard input. */
  readonly share: () => number | undefined
}

/** How many bytes are read at once. */
const usualPiece = 256 * 1024

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const unreadable = (path: string, cause: unknown): StartError => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  if (code === "ENOENT") return new StartError({ message: `there is no file ${path}.` })
  if (code === "EISDIR") return new StartError({ message: `${path} is a folder; name a file.` })
  if (code.startsWith("Z_")) {
    return new StartError({ message: `${path} is not a complete gzip file (${wordsOf(cause)}).` })
  }
  return new StartError({ message: `${path} cannot be read: ${wordsOf(cause)}` })
}

/** The first bytes of a file. */
export const headOf = (path: string, length: number, at = 0): Effect.Effect<Uint8Array, StartError> =>
  Effect.try({
    try: () => {
      const file = openSync(path, "r")
      try {
        const bytes = new Uint8Array(length)
        return bytes.slice(0, readSync(file, bytes, 0, length, at))
      } finally {
        closeSync(file)
      }
    },
    catch: (cause) => unreadable(path, cause)
  })

/** The size of a file in bytes. */
export const sizeOf = (path: string): Effect.Effect<number, StartError> =>
  Effect.try({ try: () => statSync(path).size, catch: (cause) => unreadable(path, cause) })

/** Whether a file is packed, which its first bytes tell. */
export const isPacked = (path: string): Effect.Effect<boolean, StartError> =>
  Effect.map(headOf(path, 2), (head) => head[0] === 0x1f && head[1] === 0x8b)

interface Raw {
  readonly stream: Readable
  readonly share: () => number | undefined
  /** Bytes of the unpacked file that come before those wanted. */
  readonly skip: number
}

const openFile = (path: string, offset: number, piece: number) =>
  Effect.gen(function* () {
    const size = yield* sizeOf(path)
    const packed = yield* isPacked(path)
    const start = packed ? 0 : offset
    const file = createReadStream(path, { start, highWaterMark: piece })
    // What goes wrong is told by the stream that is read.
    const stream = packed ? pipeline(file, createGunzip({ chunkSize: piece }), () => {}) : file
    const share = () => Math.min(1, (start + file.bytesRead) / Math.max(1, size))
    return { stream, share, skip: offset - start }
  })

const openInput: Raw = { stream: process.stdin, share: () => undefined, skip: 0 }

/** Opens a file, or standard input as `-`, at a place of what is in it unpacked. */
export const open = (
  path: string,
  offset = 0,
  piece = usualPiece
): Effect.Effect<Source, StartError, Scope.Scope> =>
  Effect.gen(function* () {
    const raw: Raw = path === "-" ? openInput : yield* openFile(path, offset, piece)
    const pieces = raw.stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    yield* Effect.addFinalizer(() => Effect.sync(() => void raw.stream.destroy()))
    let skip = raw.skip
    const read = Effect.tryPromise({
      try: async () => {
        while (true) {
          const { done, value } = await pieces.next()
          if (done === true) return undefined
          if (skip < value.length) {
            const bytes = new Uint8Array(value.buffer, value.byteOffset + skip, value.length - skip)
            skip = 0
            return bytes
          }
          skip -= value.length
        }
      },
      catch: (cause) => unreadable(path, cause)
    })
    return { next: read, share: raw.share }
  })

import { createHash } from "node:crypto"
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { Effect, Schema } from "effect"
import { StartError } from "../../StartError.ts"
import * as Source from "../transfer/Source.ts"

const Identity = Schema.Struct({
  size: Schema.Int,
  /** SHA-256 of the first and the last 64 KiB. */
  first: Schema.String,
  last: Schema.String
})
type Identity = typeof Identity.Type

/** Rows that were dealt with. */
export const Counts = Schema.Struct({
  accepted: Schema.Int,
  duplicates: Schema.Int,
  rejected: Schema.Int
})
export type Counts = typeof Counts.Type

/** How far an import came, so that it can go on. */
export const Checkpoint = Schema.Struct({
  version: Schema.Literal(1),
  file: Identity,
  target: Schema.String,
  /** How the file was read, as text. */
  reading: Schema.String,
  offset: Schema.Int,
  line: Schema.Int,
  counts: Counts,
  /** Bytes of the file of rejected rows. */
  rejectedBytes: Schema.Int,
  localTimes: Schema.Array(Schema.Tuple([Schema.String, Schema.Finite, Schema.Literals([1, -1])]))
})
export type Checkpoint = typeof Checkpoint.Type

const edge = 64 * 1024

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** What tells a file from one that was changed. */
export const identityOf = Effect.fnUntraced(function* (path: string) {
  const size = yield* Source.sizeOf(path)
  const first = yield* Source.headOf(path, edge)
  const last = yield* Source.headOf(path, edge, Math.max(0, size - edge))
  return { size, first: digest(first), last: digest(last) } satisfies Identity
})

/** Where the checkpoint of a file lies. */
export const pathOf = (file: string): string => `${file}.wattkit-import`

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Checkpoint))

/** The checkpoint of a file, nothing when there is none that can be read. */
export const read = (file: string): Checkpoint | undefined => {
  try {
    const found = decode(readFileSync(pathOf(file), "utf8"))
    return found._tag === "Some" ? found.value : undefined
  } catch {
    return undefined
  }
}

/** Replaces the checkpoint of a file, whole or not at all. */
export const write = (file: string, checkpoint: Checkpoint): Effect.Effect<void, StartError> =>
  Effect.try({
    try: () => {
      const path = pathOf(file)
      writeFileSync(`${path}.new`, `${JSON.stringify(checkpoint)}\n`)
      renameSync(`${path}.new`, path)
    },
    catch: (cause) => new StartError({ message: `${pathOf(file)} cannot be written: ${String(cause)}` })
  })

/** The file is imported: there is nothing to go on with. */
export const remove = (file: string): Effect.Effect<void> =>
  Effect.sync(() => rmSync(pathOf(file), { force: true }))

const again =
  "leave --resume out to import it from its beginning: readings that are stored are duplicates then"

/** The checkpoint to go on from; refuses when it is not of this file, this target and this way to read it. */
export const resume = (
  file: string,
  now: Pick<Checkpoint, "file" | "target" | "reading">
): Effect.Effect<Checkpoint | undefined, StartError> =>
  Effect.suspend(() => {
    const found = read(file)
    if (found === undefined) return Effect.succeed(undefined)
    const refuse = (why: string) => Effect.fail(new StartError({ message: `${file} ${why}; ${again}.` }))
    const { first, last, size } = found.file
    if (size !== now.file.size || first !== now.file.first || last !== now.file.last) {
      return refuse("was changed since its import was stopped")
    }
    if (found.target !== now.target) return refuse(`was imported into ${found.target}, not ${now.target}`)
    if (found.reading !== now.reading) return refuse("was read in another way (columns, zone, device)")
    return Effect.succeed(found)
  })

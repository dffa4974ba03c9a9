import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"
import { InstantFromString, UserId } from "@wattkit/core"
import { type ErasureNote, Erasures } from "@wattkit/engine"
import { Effect, Schedule, Schema } from "effect"
import { StartError } from "../StartError.ts"

/**
 * The list of those who were erased, in the data directory and not in the database: a restored backup of the
 * database brings them back, and must not take them off the list.
 */
export const listOf = (dataDir: string): string => join(dataDir, "erased.ndjson")

const Note = Schema.fromJsonString(Schema.Struct({ id: UserId, at: InstantFromString }))
const write = Schema.encodeSync(Note)
const read = Schema.decodeUnknownEffect(Note)

/** Writes one more down; it is on disk when this is done. */
export const keepIn = (file: string) => (note: ErasureNote) =>
  Effect.sync(() => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const opened = openSync(file, "a", 0o600)
    try {
      writeSync(opened, `${write(note)}\n`)
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
  })

/** Who is on a list. */
export const readList = Effect.fnUntraced(function* (file: string) {
  if (!existsSync(file)) return yield* new StartError({ message: `there is no list ${file}.` })
  const lines = readFileSync(file, "utf8").split("\n")
  const notes: Array<ErasureNote> = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue
    const message = `line ${index + 1} of ${file} is not {"id":…,"at":…}; nobody was erased.`
    notes.push(yield* Effect.mapError(read(line), () => new StartError({ message })))
  }
  return notes
})

/** Erases those whose time has passed, and says how many there were. */
export const eraseDue = Effect.fnUntraced(function* (dataDir: string) {
  const erased = yield* Erasures.use((erasures) => erasures.eraseDue(keepIn(listOf(dataDir))))
  if (erased > 0) yield* Effect.logInfo(`erased, as they asked: ${erased} persons`)
  return erased
})

/** Erases whom a list names, and answers how many of them were there. */
export const eraseListed = Effect.fnUntraced(function* (ids: ReadonlySet<UserId>) {
  const { eraseAgain } = yield* Erasures
  let erased = 0
  for (const id of ids) if (yield* eraseAgain(id)) erased++
  return erased
})

/** Whom a backup brought back since this server last ran is erased again before anybody else. */
const eraseOwnList = Effect.fnUntraced(function* (dataDir: string) {
  const file = listOf(dataDir)
  if (!existsSync(file)) return
  const erased = yield* eraseListed(new Set((yield* readList(file)).map(({ id }) => id)))
  if (erased > 0) yield* Effect.logWarning(`erased again, as they are listed in ${file}: ${erased} persons`)
})

const orLater = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.catchCause(effect, (cause) => Effect.logError("persons could not be erased; later again", cause))

/** At the start and once an hour. What fails is tried again then. */
export const hourly = (dataDir: string) =>
  Effect.andThen(
    orLater(eraseOwnList(dataDir)),
    Effect.repeat(orLater(eraseDue(dataDir)), Schedule.spaced("1 hour"))
  )

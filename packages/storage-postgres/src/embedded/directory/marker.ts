import { Effect, Option, Schema } from "effect"
import { randomBytes } from "node:crypto"
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import type { DirectoryLayout } from "./directoryLayout.ts"
import { embeddedPostgresError, fromSystem } from "../EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "../EmbeddedPostgresError.ts"

/** The passwords of the three roles, generated once per directory. */
export const Passwords = Schema.Struct({ admin: Schema.String, owner: Schema.String, app: Schema.String })
export type Passwords = typeof Passwords.Type

const Marker = Schema.Struct({
  madeBy: Schema.Literal("wattkit embedded PostgreSQL"),
  format: Schema.Literal(1),
  passwords: Passwords
})

/** What can lie in a directory between its creation and the marker. */
const leftovers = new Set(["owner.sock", "wattkit.json.new"])

const foreign = (layout: DirectoryLayout, what: string): EmbeddedPostgresError =>
  embeddedPostgresError(
    "foreign",
    `${layout.directory} ${what}; nothing in it was touched. Set WATTKIT_DATA_DIR to a new directory` +
      ", or, if wattkit made this one, put its wattkit.json back from a backup."
  )

/** The passwords in the marker; undefined for a directory that is still empty, foreign for any other. */
const read = (layout: DirectoryLayout): Effect.Effect<Passwords | undefined, EmbeddedPostgresError> =>
  Effect.suspend(() => {
    if (!existsSync(layout.marker)) {
      const names = readdirSync(layout.directory).filter((name) => !leftovers.has(name))
      if (names.length === 0) return Effect.succeed(undefined)
      const what = names.includes("PG_VERSION")
        ? "is a PostgreSQL data directory that wattkit did not make"
        : "is not empty and was not made by wattkit"
      return Effect.fail(foreign(layout, what))
    }
    let text: unknown
    try {
      text = JSON.parse(readFileSync(layout.marker, "utf8"))
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) return Effect.fail(fromSystem(`read ${layout.marker}`, cause))
    }
    return Option.match(Schema.decodeUnknownOption(Marker)(text), {
      onNone: () => Effect.fail(foreign(layout, "has a wattkit.json that cannot be read")),
      onSome: (marker) => Effect.succeed(marker.passwords)
    })
  })

const write = (layout: DirectoryLayout): Effect.Effect<Passwords, EmbeddedPostgresError> =>
  Effect.try({
    try: () => {
      const password = () => randomBytes(24).toString("base64url")
      const passwords = { admin: password(), owner: password(), app: password() }
      const marker: typeof Marker.Type = { madeBy: "wattkit embedded PostgreSQL", format: 1, passwords }
      const draft = `${layout.marker}.new`
      const file = openSync(draft, "w", 0o600)
      writeSync(file, `${JSON.stringify(marker, null, 2)}\n`)
      fsyncSync(file)
      closeSync(file)
      renameSync(draft, layout.marker)
      return passwords
    },
    catch: (cause) => fromSystem(`write ${layout.marker}`, cause)
  })

/** Fails for a directory that is not ours, without touching anything; a missing or empty one is fine. */
export const check = (layout: DirectoryLayout): Effect.Effect<void, EmbeddedPostgresError> =>
  Effect.suspend(() => (existsSync(layout.directory) ? Effect.asVoid(read(layout)) : Effect.void)).pipe(
    Effect.catchDefect((cause) => Effect.fail(fromSystem(`read ${layout.directory}`, cause)))
  )

/** Reads the marker, or makes the empty directory ours. Called with the lock held. */
export const readOrWrite = (layout: DirectoryLayout): Effect.Effect<Passwords, EmbeddedPostgresError> =>
  Effect.flatMap(read(layout), (found) => (found === undefined ? write(layout) : Effect.succeed(found)))

/** The major version that made the data directory; undefined when there is none yet. */
export const dataVersion = (
  layout: DirectoryLayout
): Effect.Effect<number | undefined, EmbeddedPostgresError> =>
  Effect.suspend(() => {
    if (!existsSync(layout.data)) return Effect.succeed(undefined)
    const file = join(layout.data, "PG_VERSION")
    try {
      return Effect.succeed(Number(readFileSync(file, "utf8").trim()))
    } catch (cause) {
      return Effect.fail(fromSystem(`read ${file}, which every PostgreSQL data directory has`, cause))
    }
  })

import { Schema } from "effect"

/** Why the embedded PostgreSQL could not start, as a word a program can act on. */
export const EmbeddedPostgresReason = Schema.Literals([
  "locked",
  "foreign",
  "version",
  "permission",
  "root",
  "platform",
  "library",
  "disk",
  "memory",
  "port",
  "initialise",
  "start",
  "timeout",
  "unsafe"
])
export type EmbeddedPostgresReason = typeof EmbeddedPostgresReason.Type

/**
 * The embedded PostgreSQL could not start. The message begins with a sentence that says what to do and ends
 * with the last lines of PostgreSQL's own log where there are any.
 */
export class EmbeddedPostgresError extends Schema.TaggedError<EmbeddedPostgresError>()(
  "EmbeddedPostgresError",
  {
    reason: EmbeddedPostgresReason,
    message: Schema.String,
    log: Schema.Array(Schema.String)
  }
) {}

/** Builds the error, with the log lines put below the sentence. */
export const embeddedPostgresError = (
  reason: EmbeddedPostgresReason,
  sentence: string,
  log: ReadonlyArray<string> = []
): EmbeddedPostgresError =>
  new EmbeddedPostgresError({
    reason,
    message: log.length === 0 ? sentence : `${sentence}\nPostgreSQL said:\n  ${log.join("\n  ")}`,
    log: [...log]
  })

const known: ReadonlyArray<readonly [RegExp, EmbeddedPostgresReason, string]> = [
  [
    /No space left on device|Disk quota exceeded/i,
    "disk",
    "The disk is full: free some space, or move the data directory to a larger disk (WATTKIT_DATA_DIR)."
  ],
  [
    /error while loading shared libraries|Library not loaded|symbol lookup error|version `GLIBC/i,
    "library",
    "A system library that the bundled PostgreSQL needs is missing: install it, or set DATABASE_URL to a " +
      "PostgreSQL of your own."
  ],
  [
    /could not bind|Address already in use/i,
    "port",
    "The port or socket of the embedded PostgreSQL is taken: choose another port, or leave it socket-only."
  ],
  [
    /Cannot allocate memory|could not (create|map anonymous) shared memory|could not resize shared memory/i,
    "memory",
    "There is not enough memory for the embedded PostgreSQL: free some, or lower shared_buffers."
  ],
  [
    /cannot be run as root|must not be root/i,
    "root",
    "PostgreSQL refuses to run as root: start wattkit as an ordinary user, or set DATABASE_URL."
  ],
  [
    /Permission denied|Operation not permitted|has wrong ownership|invalid permissions/i,
    "permission",
    "PostgreSQL may not use its data directory: check that the folder and everything above it can be entered."
  ]
]

/** Turns what PostgreSQL printed into the error a person can act on. */
export const fromLog = (
  otherwise: EmbeddedPostgresReason,
  sentence: string,
  log: ReadonlyArray<string>
): EmbeddedPostgresError => {
  const text = log.join("\n")
  for (const [pattern, reason, advice] of known) {
    if (pattern.test(text)) return embeddedPostgresError(reason, advice, log)
  }
  return embeddedPostgresError(otherwise, sentence, log)
}

/** Turns a failed file system or spawn call into the error a person can act on. */
export const fromSystem = (doing: string, cause: unknown): EmbeddedPostgresError => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  const text = cause instanceof Error ? cause.message : String(cause)
  if (code === "ENOSPC" || code === "EDQUOT") return fromLog("disk", text, ["No space left on device"])
  const reason = code === "EACCES" || code === "EPERM" || code === "EROFS" ? "permission" : "start"
  return embeddedPostgresError(reason, `Could not ${doing}: ${text}`)
}

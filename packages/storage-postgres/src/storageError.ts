import { StorageError } from "@wattkit/core"
import { Cause, type Duration, Effect, Predicate } from "effect"
import type { SqlError } from "effect/sql/SqlError"

/** SQLSTATEs, or the classes they begin with, that pass by themselves. */
const passing = [
  "08", // the connection broke
  "53", // too many connections, out of memory
  "57P", // the server is shutting down, starting or has crashed
  "58030", // an I/O error of the machine below
  "25006", // the server has become a read-only standby
  "25P03", // an idle transaction was ended
  "40" // rolled back because of another transaction
]

/** SQLSTATEs an operator has to mend. */
const lasting = [
  "28", // who we are is not believed
  "3D000", // no such database
  "3F000", // no such schema
  "42501", // not allowed
  "42P01", // no such table: not migrated, or another search path
  "42703", // no such column
  "42883" // no such function
]

const diskFull = "53100"

/** The SQLSTATE of an error that came from the server. */
export const sqlState = ({ reason: { cause } }: SqlError): string | undefined =>
  Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : undefined

const begins = (state: string, starts: ReadonlyArray<string>): boolean =>
  starts.some((start) => state.startsWith(start))

const reasonOf = (error: SqlError): StorageError["reason"] | undefined => {
  switch (error.reason._tag) {
    case "ConnectionError":
    case "DeadlockError":
    case "SerializationError":
    case "LockTimeoutError":
    case "StatementTimeoutError":
      return "unavailable"
    case "AuthenticationError":
    case "AuthorizationError":
      return "misconfigured"
  }
  const state = sqlState(error)
  if (state === undefined) return undefined
  if (state === diskFull) return "full"
  if (begins(state, passing)) return "unavailable"
  return begins(state, lasting) ? "misconfigured" : undefined
}

const messageOf = (error: SqlError): string => {
  const { cause } = error.reason
  const said = Predicate.hasProperty(cause, "message") ? String(cause.message) : error.message
  const state = sqlState(error)
  return state === undefined ? said : `${said} (SQLSTATE ${state})`
}

/** What an error of the database is to the caller of a port; undefined when it is a mistake of ours. */
export const fromSqlError = (error: SqlError): StorageError | undefined => {
  const reason = reasonOf(error)
  return reason === undefined
    ? undefined
    : new StorageError({ reason, message: `PostgreSQL: ${messageOf(error)}` })
}

/**
 * How long a caller waits for the database at most, the wait for a connection included.
 *
 * It is longer than the server's own time-out of a statement, which ends a slow one with a clearer word; this
 * one is for a server that no longer answers at all.
 */
export const patience = "30 seconds"

const isSqlError = (error: unknown): error is SqlError => Predicate.isTagged(error, "SqlError")

/**
 * The error of a connection that broke within a transaction: it cannot be rolled back over that connection
 * either, which the client takes for a defect.
 */
const brokenOf = (cause: Cause.Cause<unknown>): StorageError | undefined => {
  const errors = cause.reasons.map((reason) =>
    Cause.isDieReason(reason) && isSqlError(reason.defect) ? fromSqlError(reason.defect) : undefined
  )
  return errors.every((error) => error?.reason === "unavailable") ? errors[0] : undefined
}

/** Lets errors of the database through as a StorageError, however long they take. */
export const asStorageError = <A, E, R>(
  effect: Effect.Effect<A, E | SqlError, R>
): Effect.Effect<A, Exclude<E, SqlError> | StorageError, R> =>
  Effect.catchCause(
    Effect.catch(effect, (error): Effect.Effect<never, Exclude<E, SqlError> | StorageError> => {
      if (!isSqlError(error)) return Effect.fail(error as Exclude<E, SqlError>)
      const known = fromSqlError(error)
      return known === undefined ? Effect.die(error) : Effect.fail(known)
    }),
    (cause) => {
      const broken = brokenOf(cause)
      return broken === undefined ? Effect.failCause(cause) : Effect.fail(broken)
    }
  )

const within =
  (duration: Duration.Input) =>
  <A, E, R>(
    effect: Effect.Effect<A, E | SqlError, R>
  ): Effect.Effect<A, Exclude<E, SqlError> | StorageError, R> =>
    Effect.timeoutOrElse(asStorageError(effect), {
      duration,
      orElse: () =>
        Effect.fail(
          new StorageError({ reason: "unavailable", message: `PostgreSQL did not answer in ${duration}` })
        )
    })

/** Lets errors of the database through as a StorageError, within the time a caller waits at most. */
export const orStorageError = within(patience)

/** The same for work in the background, which a busy machine may slow down while nobody waits for it. */
export const orStorageErrorLater = within("5 minutes")

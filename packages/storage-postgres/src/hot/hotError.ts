import { SqlError } from "effect/sql"
import pg from "pg"

const reasonOf = (cause: unknown): SqlError.SqlErrorReason => {
  const props = {
    cause,
    message: cause instanceof Error ? cause.message : String(cause),
    operation: "append"
  }
  if (!(cause instanceof pg.DatabaseError)) return new SqlError.ConnectionError(props)
  const state = cause.code ?? ""
  switch (state) {
    case "23505":
      return new SqlError.UniqueViolation({ ...props, constraint: cause.constraint ?? "unknown" })
    case "40P01":
      return new SqlError.DeadlockError(props)
    case "40001":
      return new SqlError.SerializationError(props)
    case "42501":
      return new SqlError.AuthorizationError(props)
    case "55P03":
      return new SqlError.LockTimeoutError(props)
    case "57014":
      return new SqlError.StatementTimeoutError(props)
  }
  if (state.startsWith("08")) return new SqlError.ConnectionError(props)
  if (state.startsWith("28")) return new SqlError.AuthenticationError(props)
  return state.startsWith("23") ? new SqlError.ConstraintError(props) : new SqlError.UnknownError(props)
}

/** An error of a hot connection as the client beside it would say it. */
export const hotError = (cause: unknown): SqlError.SqlError =>
  new SqlError.SqlError({ reason: reasonOf(cause) })

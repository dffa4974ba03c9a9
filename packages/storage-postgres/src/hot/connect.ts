import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import pg from "pg"
import type { Address } from "./address.ts"
import { hotError } from "./hotError.ts"

const attempt = (config: pg.ClientConfig) =>
  Effect.callback<pg.Client, SqlError.SqlError>((resume) => {
    const made = new pg.Client(config)
    made.on("error", () => undefined)
    made.connect().then(
      () => resume(Effect.succeed(made)),
      (cause: unknown) => resume(Effect.fail(hotError(cause)))
    )
    return Effect.sync(() => void made.connection.stream.destroy())
  })

/** Opens a connection to an address; what its session is set to is left to the caller. */
export const connect = ({ client, prefersEncryption }: Address) =>
  prefersEncryption
    ? Effect.catchIf(
        attempt(client),
        ({ message }) => message.includes("does not support SSL"),
        () => attempt({ ...client, ssl: false })
      )
    : attempt(client)

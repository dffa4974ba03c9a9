import { Effect, Option, Redacted } from "effect"
import { Flag } from "effect/cli"
import { settings } from "../../config.ts"
import { StartError } from "../../StartError.ts"
import type { Server } from "../transfer/httpTarget.ts"

const usual = `http://localhost:${settings.port.standard}`

/** The flags that say which server is asked, and as whom. */
export const flags = {
  url: Flag.withDefault(Flag.withDescription(Flag.String("url"), `A running server. [${usual}]`), usual),
  key: Flag.optional(Flag.withDescription(Flag.Redacted("key"), "The key to that server [WATTKIT_KEY]"))
}

/** What the flags said. */
export interface ServerFlags {
  readonly url: string
  readonly key: Option.Option<Redacted.Redacted>
}

/** The server to ask. */
export const serverOf = ({ key, url }: ServerFlags): Effect.Effect<Server, StartError> => {
  const secret = Option.match(key, { onNone: () => process.env["WATTKIT_KEY"], onSome: Redacted.value })
  return secret === undefined || secret === ""
    ? Effect.fail(new StartError({ message: `${url} needs a key: give it with --key or WATTKIT_KEY.` }))
    : Effect.succeed({ url, key: secret })
}

import { ServerSecret } from "@wattkit/core"
import { Effect } from "effect"
import { isSpelt, spell } from "../secret.ts"

const prefix = "wk_rt_"

/** Makes the refresh token that a session begins with. */
export const makeRefreshToken = (): string => spell(prefix, crypto.getRandomValues(new Uint8Array(32)))

/** Whether the text can be a refresh token at all; a mistyped one is known without asking a store. */
export const isRefreshToken = (text: string): boolean => isSpelt(prefix, text)

/**
 * The token that follows. It is made of the one before and the server secret, so that a turn whose answer was
 * lost is answered again the same, though neither of them is kept.
 */
export const nextRefreshToken = (token: string): Effect.Effect<string, never, ServerSecret> =>
  Effect.gen(function* () {
    const secret = yield* (yield* ServerSecret).derive("refresh")
    const how = { name: "HMAC", hash: "SHA-256" }
    return yield* Effect.promise(async () => {
      const key = await crypto.subtle.importKey("raw", secret, how, false, ["sign"])
      return spell(
        prefix,
        new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(token)))
      )
    })
  })

import { ServerSecret, StorageError } from "@wattkit/core"
import { Effect } from "effect"
import * as Base64url from "./tokens/base64url.ts"

/** How what follows is sealed, as its first byte; another way gets another number. */
const VERSION = 1
const NONCE = 12
const TAG = 16

const keyFor = (purpose: string) =>
  Effect.gen(function* () {
    const secret = yield* (yield* ServerSecret).derive(`seal ${purpose}`)
    return yield* Effect.promise(() =>
      crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"])
    )
  })

const how = (nonce: Uint8Array<ArrayBuffer>, of: string) => ({
  name: "AES-GCM",
  iv: nonce,
  additionalData: new TextEncoder().encode(`${VERSION} ${of}`)
})

/**
 * Seals bytes for the store, so that only this installation reads them again. `of` says whose they are: moved
 * to somebody else's record, they do not open there.
 */
export const seal = (
  purpose: string,
  bytes: Uint8Array<ArrayBuffer>,
  of = ""
): Effect.Effect<string, never, ServerSecret> =>
  Effect.gen(function* () {
    const key = yield* keyFor(purpose)
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE))
    const closed = yield* Effect.promise(() => crypto.subtle.encrypt(how(nonce, of), key, bytes))
    return Base64url.encode(Uint8Array.of(VERSION, ...nonce, ...new Uint8Array(closed)))
  })

/** Opens what was sealed for the same purpose and of the same thing; anything else is a StorageError. */
export const open = (
  purpose: string,
  sealed: string,
  of = ""
): Effect.Effect<Uint8Array<ArrayBuffer>, StorageError, ServerSecret> =>
  Effect.gen(function* () {
    const broken = new StorageError({
      reason: "misconfigured",
      message: `a stored secret (${purpose}) was altered, or sealed with another server secret`
    })
    const bytes = Base64url.decode(sealed)
    if (bytes === undefined || bytes.length < 1 + NONCE + TAG || bytes[0] !== VERSION)
      return yield* Effect.fail(broken)
    const key = yield* keyFor(purpose)
    const nonce = bytes.slice(1, 1 + NONCE)
    return yield* Effect.tryPromise({
      try: async () =>
        new Uint8Array(await crypto.subtle.decrypt(how(nonce, of), key, bytes.slice(1 + NONCE))),
      catch: () => broken
    })
  })

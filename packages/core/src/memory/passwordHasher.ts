import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { PasswordHasher } from "../ports/identity/PasswordHasher.ts"

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

const hashWith = async (salt: string, password: string): Promise<string> => {
  const bytes = new TextEncoder().encode(`${salt} ${password}`)
  return `$memory$${salt}$${hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))}`
}

/**
 * Hashes in no time, for tests: who has such a hash tries a thousand million passwords a second.
 */
export const layer: Layer.Layer<PasswordHasher> = Layer.succeed(PasswordHasher, {
  hash: (password) =>
    Effect.promise(() => hashWith(hex(crypto.getRandomValues(new Uint8Array(8))), Redacted.value(password))),
  verify: (password, hash) =>
    Effect.promise(async () => {
      const salt = /^\$memory\$([0-9a-f]{16})\$/.exec(hash ?? "")?.[1] ?? "0"
      const isRight = (await hashWith(salt, Redacted.value(password))) === hash
      return { isRight, isOutdated: false }
    })
})

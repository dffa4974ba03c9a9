import type { Instant } from "@wattkit/core"
import { Effect } from "effect"
import { sameText } from "./sameBytes.ts"

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const stepMs = 30_000
const digits = 6

/** Makes the secret that a person's authenticator and the server share: 160 bits, as RFC 4226 asks for. */
export const make = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(20))

/** Writes a secret in base32, as a person types it into an authenticator. */
export const base32 = (bytes: Uint8Array): string => {
  let [out, bits, held] = ["", 0, 0]
  for (const byte of bytes) {
    bits = ((bits & 31) << 8) | byte
    for (held += 8; held >= 5; held -= 5) out += letters.charAt((bits >> (held - 5)) & 31)
  }
  return held === 0 ? out : out + letters.charAt((bits << (5 - held)) & 31)
}

/** The address that an authenticator reads from a picture: whose secret it is, and for what. */
export const uri = (secret: Uint8Array, issuer: string, email: string): string => {
  const [name, person] = [encodeURIComponent(issuer), encodeURIComponent(email)]
  const how = `algorithm=SHA1&digits=${digits}&period=${stepMs / 1000}`
  return `otpauth://totp/${name}:${person}?secret=${base32(secret)}&issuer=${name}&${how}`
}

/** The step of half a minute that an instant is in. */
export const stepOf = (at: Instant.Instant): number => Math.floor(at / stepMs)

const codeWith = async (key: Parameters<typeof crypto.subtle.sign>[1], step: number): Promise<string> => {
  const counter = new DataView(new ArrayBuffer(8))
  counter.setBigUint64(0, BigInt(step))
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer))
  const number = mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, "0")
}

const keyOf = (secret: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-1" }, false, ["sign"])

/** The code of a step. */
export const codeOf = (secret: Uint8Array<ArrayBuffer>, step: number): Effect.Effect<string> =>
  Effect.promise(async () => codeWith(await keyOf(secret), step))

/** How many steps the clock of a person's authenticator may be off. */
const tolerance = 1

/**
 * The step whose code this is, if it is now, the one before or the next; undefined when the code is wrong or
 * not of a step after `usedStep`. Whoever accepts a code keeps its step, so that none is accepted twice.
 */
export const check = (
  secret: Uint8Array<ArrayBuffer>,
  code: string,
  now: Instant.Instant,
  usedStep: number
): Effect.Effect<number | undefined> =>
  Effect.promise(async () => {
    const key = await keyOf(secret)
    const typed = code.slice(0, 32).replaceAll(" ", "")
    let found: number | undefined
    for (let step = stepOf(now) - tolerance; step <= stepOf(now) + tolerance; step++) {
      const isSame = sameText(await codeWith(key, Math.max(step, 0)), typed)
      if (isSame && step > usedStep) found = step
    }
    return found
  })

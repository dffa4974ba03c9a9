import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto"

const nonceBytes = 12
const tagBytes = 16

/** A name for several texts that none of other texts has. */
export const digestOf = (...texts: ReadonlyArray<string>): string =>
  createHash("sha256").update(JSON.stringify(texts)).digest("hex")

/** Keeps the answers to one request so that only who sent it can have them again. */
export interface Sealing {
  /** What tells one body from another without telling anything else of it. */
  readonly fingerprintOf: (...parts: ReadonlyArray<string | Uint8Array>) => string
  readonly seal: (plain: Uint8Array) => Uint8Array
  /** Undefined when it was sealed by somebody else. */
  readonly open: (sealed: Uint8Array) => Uint8Array | undefined
}

/**
 * Derives the key from what only the bearer has: an answer may contain a credential that is shown once, and
 * whoever reads the database must not read it there for a day.
 */
export const makeSealing = (secret: string, id: string): Sealing => {
  const key = Buffer.from(hkdfSync("sha256", secret, id, "wattkit idempotency", 32))
  return {
    fingerprintOf: (...parts) => {
      const hmac = createHmac("sha256", key)
      for (const part of parts) hmac.update(String(part.length)).update(":").update(part)
      return hmac.digest("hex")
    },
    seal: (plain) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv("aes-256-gcm", key, nonce)
      return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
    },
    open: (sealed) => {
      const end = sealed.length - tagBytes
      if (end < nonceBytes) return undefined
      const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes))
      decipher.setAuthTag(sealed.subarray(end))
      try {
        const plain = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()])
        return new Uint8Array(plain)
      } catch {
        return undefined
      }
    }
  }
}

/** 32 letters that nobody takes for each other: no `i`, `l`, `o` and `u`. */
export const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
const shape = /^[0-9a-hjkmnp-tv-z]{38}$/
const prefix = "wk_live_"

/** Six characters over the rest, so that a mistyped secret is known as such without asking a database. */
const checksum = (text: string): string => {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  let out = ""
  for (let i = 0, rest = ~crc >>> 0; i < 6; i++, rest = Math.floor(rest / 32))
    out += alphabet.charAt(rest % 32)
  return out
}

/** Writes bytes as letters, one for the lowest five bits of each. */
export const lettersOf = (bytes: Uint8Array): string => {
  let out = ""
  for (const byte of bytes) out += alphabet.charAt(byte & 31)
  return out
}

/** Spells a secret of 160 bits, five of each of 32 bytes, between what it is for and a checksum. */
export const spell = (prefix: string, bytes: Uint8Array): string => {
  const body = prefix + lettersOf(bytes)
  return body + checksum(body)
}

/** Whether the text can be a secret that is for this at all. */
export const isSpelt = (prefix: string, text: string): boolean =>
  text.length === prefix.length + 38 &&
  text.startsWith(prefix) &&
  shape.test(text.slice(prefix.length)) &&
  checksum(text.slice(0, -6)) === text.slice(-6)

/** Makes a secret of 160 random bits. */
export const makeSecret = (): string => spell(prefix, crypto.getRandomValues(new Uint8Array(32)))

/** Whether the text can be a secret at all. */
export const isSecret = (text: string): boolean => isSpelt(prefix, text)

/** What is kept of a secret. */
export const digestOf = async (secret: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** By what a person recognises a secret without knowing it. */
export const prefixOf = (secret: string): string => secret.slice(0, prefix.length + 4)

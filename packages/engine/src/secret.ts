const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
const prefix = "wk_live_"
const shape = /^wk_live_[0-9a-hjkmnp-tv-z]{38}$/

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

/** Makes a secret of 160 random bits. */
export const makeSecret = (): string => {
  const random = crypto.getRandomValues(new Uint8Array(32))
  let body = prefix
  for (const byte of random) body += alphabet.charAt(byte & 31)
  return body + checksum(body)
}

/** Whether the text can be a secret at all. */
export const isSecret = (text: string): boolean =>
  shape.test(text) && checksum(text.slice(0, -6)) === text.slice(-6)

/** What is kept of a secret. */
export const digestOf = async (secret: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** By what a person recognises a secret without knowing it. */
export const prefixOf = (secret: string): string => secret.slice(0, prefix.length + 4)

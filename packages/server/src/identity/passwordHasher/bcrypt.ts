import { encipher, expand, initialSubkeys } from "./blowfish.ts"

/** What a bcrypt hash says of itself. */
export interface BcryptHash {
  readonly cost: number
  readonly salt: Uint8Array
  readonly digest: Uint8Array
}

/** More of a password bcrypt does not see. */
export const mostBytes = 72

/** Each step doubles the time; beyond the most, one sign-in would take seconds. */
const costs = { least: 4, most: 14 }

const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
const usual = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** bcrypt has the 64 characters of Base64 in another order. */
const bytesOf = (text: string): Uint8Array =>
  Buffer.from(
    text.replace(/./g, (letter) => usual[alphabet.indexOf(letter)]!),
    "base64"
  )

const shape = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/

/** Reads the hash of another program; undefined when it is none, or one that takes too long. */
export const read = (text: string): BcryptHash | undefined => {
  const [, cost, salt, digest] = shape.exec(text) ?? []
  if (cost === undefined || Number(cost) < costs.least || Number(cost) > costs.most) return undefined
  return { cost: Number(cost), salt: bytesOf(salt!), digest: bytesOf(digest!) }
}

/** So many words of the bytes, which begin again when they are over. */
const wordsOf = (bytes: Uint8Array, count: number): Int32Array => {
  const words = new Int32Array(count)
  for (let i = 0; i < count * 4; i++) words[i >> 2] = (words[i >> 2]! << 8) | bytes[i % bytes.length]!
  return words
}

/** The digest of a password of at most 72 bytes. This takes a while and belongs in a thread of its own. */
export const digestOf = (password: Uint8Array, salt: Uint8Array, cost: number): Uint8Array => {
  const keys = initialSubkeys()
  const keyWords = wordsOf(Uint8Array.of(...password, 0).subarray(0, mostBytes), 18)
  const saltWords = wordsOf(salt, 4)
  const longSalt = wordsOf(salt, 18)
  expand(keys, keyWords, saltWords)
  for (let turns = 2 ** cost; turns > 0; turns--) {
    expand(keys, keyWords)
    expand(keys, longSalt)
  }
  const block = wordsOf(Buffer.from("OrpheanBeholderScryDoubt"), 6)
  for (let at = 0; at < 6; at += 2) for (let i = 0; i < 64; i++) encipher(keys, block, at)
  const digest = new DataView(new ArrayBuffer(24))
  for (const [i, word] of block.entries()) digest.setInt32(i * 4, word)
  // The last byte is left out, by an old mistake that everybody has kept.
  return new Uint8Array(digest.buffer, 0, 23)
}

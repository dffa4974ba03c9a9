import { piWords } from "./pi.ts"

/** The subkeys of Blowfish: 18 words, and behind them the four boxes of 256. */
export type Subkeys = Int32Array<ArrayBuffer>

const boxes = 18
const wordCount = boxes + 4 * 256

let digits: Subkeys | undefined

/** The subkeys that everybody begins with. */
export const initialSubkeys = (): Subkeys => {
  digits ??= Int32Array.from(piWords(wordCount))
  return digits.slice()
}

const scramble = (keys: Subkeys, x: number): number =>
  ((keys[boxes + (x >>> 24)]! + keys[boxes + 256 + ((x >>> 16) & 255)]!) ^
    keys[boxes + 512 + ((x >>> 8) & 255)]!) +
  keys[boxes + 768 + (x & 255)]!

/** Enciphers the two words at an offset, in place. */
export const encipher = (keys: Subkeys, block: Int32Array, at: number): void => {
  let left = block[at]! ^ keys[0]!
  let right = block[at + 1]!
  for (let round = 1; round <= 16; round += 2) {
    right ^= scramble(keys, left) ^ keys[round]!
    left ^= scramble(keys, right) ^ keys[round + 1]!
  }
  block[at] = right ^ keys[17]!
  block[at + 1] = left
}

/** Stirs a key of 18 words into the subkeys, and with it a salt of four words where there is one. */
export const expand = (keys: Subkeys, key: Int32Array, salt?: Int32Array): void => {
  for (let i = 0; i < boxes; i++) keys[i]! ^= key[i]!
  const block = new Int32Array(2)
  for (let i = 0; i < wordCount; i += 2) {
    if (salt !== undefined) {
      block[0]! ^= salt[i & 2]!
      block[1]! ^= salt[(i & 2) + 1]!
    }
    encipher(keys, block, 0)
    keys[i] = block[0]!
    keys[i + 1] = block[1]!
  }
}

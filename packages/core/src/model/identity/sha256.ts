/** The first 32 bits behind the point of a root of each of the first primes. */
const rootsOf = (count: number, exponent: number): Uint32Array => {
  const roots = new Uint32Array(count)
  for (let candidate = 2, found = 0; found < count; candidate++) {
    if (!isPrime(candidate)) continue
    const root = candidate ** exponent
    roots[found++] = Math.floor((root - Math.floor(root)) * 2 ** 32)
  }
  return roots
}

const isPrime = (candidate: number): boolean => {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) return false
  return true
}

const constants = rootsOf(64, 1 / 3)
const initial = rootsOf(8, 1 / 2)

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

/** The message, a bit, zeros up to whole blocks of 64 bytes, and the length in bits. */
const padded = (message: Uint8Array): DataView => {
  const length = Math.ceil((message.length + 9) / 64) * 64
  const bytes = new Uint8Array(length)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(length - 8, Math.floor(message.length / 2 ** 29))
  view.setUint32(length - 4, (message.length * 8) >>> 0)
  return view
}

const schedule = (words: Uint32Array, message: DataView, block: number): void => {
  for (let i = 0; i < 16; i++) words[i] = message.getUint32(block + i * 4)
  for (let i = 16; i < 64; i++) {
    const [a, b] = [words[i - 15]!, words[i - 2]!]
    const low = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
    const high = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
    words[i] = words[i - 16]! + low + words[i - 7]! + high
  }
}

const compress = (state: Uint32Array, words: Uint32Array): void => {
  let [a, b, c, d, e, f, g, h] = [...state] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number
  ]
  for (let i = 0; i < 64; i++) {
    const chosen = (e & f) ^ (~e & g)
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + constants[i]! + words[i]!) | 0
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = state[i]! + word
}

/**
 * SHA-256 of a text as UTF-8, in hexadecimal.
 *
 * `crypto.subtle` answers only later and other ways are not in every place this runs, while the chain of the
 * audit log has to be made within a transaction and checked anywhere. It is for what is no secret: it does
 * not take the same time for each text.
 */
export const sha256 = (text: string): string => {
  const message = padded(new TextEncoder().encode(text))
  const state = Uint32Array.from(initial)
  const words = new Uint32Array(64)
  for (let block = 0; block < message.byteLength; block += 64) {
    schedule(words, message, block)
    compress(state, words)
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("")
}

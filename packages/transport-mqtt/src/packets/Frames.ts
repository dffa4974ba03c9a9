import { Buffer } from "node:buffer"

/** One packet: its bytes, and where behind the fixed header its content begins. */
export interface Frame {
  readonly bytes: Buffer
  readonly start: number
}

const leastRoom = 1024

/** The length a fixed header declares and where the content begins; undefined while bytes are missing. */
const lengthAt = (
  buffer: Buffer,
  from: number,
  end: number
): { readonly length: number; readonly start: number } | "malformed" | undefined => {
  let length = 0
  for (let i = 0; i < 4; i++) {
    const at = from + 1 + i
    if (at >= end) return undefined
    const byte = buffer[at] ?? 0
    length += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return { length, start: at + 1 }
  }
  return "malformed"
}

/**
 * Cuts what comes in from a socket into packets, one at a time, so that reading can stop between any two.
 *
 * The declared length is judged before a byte of the content is kept, and the room grows with what has really
 * come, so neither a large promise nor a slow drip costs much.
 */
export class Frames {
  #buffer: Buffer = Buffer.alloc(0)
  #from = 0
  #end = 0
  /** Whether the buffer is our own, so that more may be written behind what is in it. */
  #isOwn = false

  /** How many bytes wait to be cut. */
  get waiting(): number {
    return this.#end - this.#from
  }

  push(chunk: Buffer): void {
    const waiting = this.waiting
    if (waiting === 0) {
      this.#isOwn = false
      this.#buffer = chunk
      this.#from = 0
      this.#end = chunk.length
      return
    }
    // What was cut off already stays where it is: somebody may still be looking at it.
    if (!this.#isOwn || this.#buffer.length - this.#end < chunk.length) this.#grow(waiting + chunk.length)
    chunk.copy(this.#buffer, this.#end)
    this.#end += chunk.length
  }

  #grow(needed: number): void {
    const room = Buffer.allocUnsafeSlow(Math.max(leastRoom, needed * 2))
    const waiting = this.#buffer.copy(room, 0, this.#from, this.#end)
    this.#buffer = room
    this.#isOwn = true
    this.#from = 0
    this.#end = waiting
  }

  /** The next packet; undefined when it has not come whole. */
  next(mostBytes: number): Frame | "malformed" | "too_large" | undefined {
    if (this.waiting < 2) return undefined
    const found = lengthAt(this.#buffer, this.#from, this.#end)
    if (found === undefined || found === "malformed") return found
    const end = found.start + found.length
    if (end - this.#from > mostBytes) return "too_large"
    if (end > this.#end) return undefined
    const bytes = this.#buffer.subarray(this.#from, end)
    const start = found.start - this.#from
    this.#from = end
    return { bytes, start }
  }
}

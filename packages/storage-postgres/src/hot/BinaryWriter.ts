/** The instant PostgreSQL counts from, in milliseconds since 1970. */
const epoch = Date.UTC(2000, 0, 1)

/** How many values four bytes have. */
const wrap = 4_294_967_296

/**
 * Bytes in the order of the network, as PostgreSQL's binary formats have them. The bytes stay in place for
 * the next message, so a writer belongs to one connection.
 */
export class BinaryWriter {
  length = 0
  #bytes: Buffer
  #view: DataView

  constructor(size = 65_536) {
    this.#bytes = Buffer.allocUnsafeSlow(size)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Makes sure that so many more bytes have a place. */
  reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length + count))
    this.#bytes.copy(larger, 0, 0, this.length)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }

  byte(value: number): void {
    this.reserve(1)
    this.#view.setUint8(this.length, value)
    this.length += 1
  }

  int16(value: number): void {
    this.reserve(2)
    this.#view.setInt16(this.length, value)
    this.length += 2
  }

  int32(value: number): void {
    this.reserve(4)
    this.#view.setInt32(this.length, value)
    this.length += 4
  }

  /** Writes a length where a place was left for it. */
  int32At(offset: number, value: number): void {
    this.#view.setInt32(offset, value)
  }

  /** Writes a whole number that a double holds exactly. */
  int64(value: number): void {
    this.reserve(8)
    const high = Math.floor(value / wrap)
    this.#view.setInt32(this.length, high)
    this.#view.setUint32(this.length + 4, value - high * wrap)
    this.length += 8
  }

  float64(value: number): void {
    this.reserve(8)
    this.#view.setFloat64(this.length, value)
    this.length += 8
  }

  /**
   * Writes whole milliseconds since 1970 as a `timestamptz`, microseconds since 2000.
   *
   * The two halves are multiplied apart, because microseconds of the years after 2285 are more than a double
   * holds exactly.
   */
  instant(millis: number): void {
    this.reserve(8)
    const since = millis - epoch
    const high = Math.floor(since / wrap)
    const low = (since - high * wrap) * 1000
    const carry = Math.floor(low / wrap)
    this.#view.setInt32(this.length, high * 1000 + carry)
    this.#view.setUint32(this.length + 4, low - carry * wrap)
    this.length += 8
  }

  /** Writes text as UTF-8 and answers how many bytes it took. */
  text(value: string): number {
    this.reserve(value.length * 3)
    const written = this.#bytes.write(value, this.length, "utf8")
    this.length += written
    return written
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** What was written; it changes when the writer is used again. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.length)
  }
}

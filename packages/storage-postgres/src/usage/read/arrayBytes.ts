/**
 * Reads what `array_send` makes of an array: whole columns of readings pass here, and a value for each
 * element would cost more than everything that is then done with it.
 */

const HEADER = 20
const SECOND = 2 ** 32
/** Milliseconds from 1970 to 2000, where PostgreSQL counts from. */
const EPOCH = 946_684_800_000

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** How many elements; none of an array that is not there. */
export const countOf = (bytes: Uint8Array | null): number =>
  bytes === null || bytes.length < HEADER ? 0 : viewOf(bytes).getInt32(12)

/** Where to put the elements: from `offset` on, or backwards from it when `step` is −1. */
export interface Place {
  readonly target: Float64Array
  readonly offset: number
  readonly step: 1 | -1
}

/** Puts `float8` elements, NULL as NaN. */
export const putNumbers = (bytes: Uint8Array | null, { offset, step, target }: Place): void => {
  if (bytes === null) return
  const count = countOf(bytes)
  const view = viewOf(bytes)
  let from = HEADER
  for (let i = 0, to = offset; i < count; i++, to += step) {
    const isNull = view.getInt32(from) < 0
    target[to] = isNull ? Number.NaN : view.getFloat64(from + 4)
    from += isNull ? 4 : 12
  }
}

/** Puts `timestamptz` elements as epoch milliseconds, NULL as NaN, and infinities as such. */
export const putInstants = (bytes: Uint8Array | null, { offset, step, target }: Place): void => {
  if (bytes === null) return
  const count = countOf(bytes)
  const view = viewOf(bytes)
  let from = HEADER
  for (let i = 0, to = offset; i < count; i++, to += step) {
    const isNull = view.getInt32(from) < 0
    target[to] = isNull ? Number.NaN : instantAt(view, from + 4)
    from += isNull ? 4 : 12
  }
}

const instantAt = (view: DataView, at: number): number => {
  const high = view.getInt32(at)
  const low = view.getUint32(at + 4)
  if (high === 0x7fffffff && low === 0xffffffff) return Number.POSITIVE_INFINITY
  if (high === -0x80000000 && low === 0) return Number.NEGATIVE_INFINITY
  return Math.round((high * SECOND + low) / 1000) + EPOCH
}

/** The elements of a `float8[]`. */
export const numbers = (bytes: Uint8Array | null): Float64Array => {
  const target = new Float64Array(countOf(bytes))
  putNumbers(bytes, { target, offset: 0, step: 1 })
  return target
}

/** The elements of a `timestamptz[]` as epoch milliseconds. */
export const instants = (bytes: Uint8Array | null): Float64Array => {
  const target = new Float64Array(countOf(bytes))
  putInstants(bytes, { target, offset: 0, step: 1 })
  return target
}

/** The elements of a `bigint[]` of keys, which are far below where numbers stop being exact. */
export const keys = (bytes: Uint8Array | null): Float64Array => {
  const count = countOf(bytes)
  const target = new Float64Array(count)
  if (bytes === null) return target
  const view = viewOf(bytes)
  for (let i = 0, from = HEADER; i < count; i++, from += 12) {
    target[i] = view.getInt32(from + 4) * SECOND + view.getUint32(from + 8)
  }
  return target
}

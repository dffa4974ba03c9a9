/** How much of a request body is read before it is refused. */
export interface Limits {
  /** Bytes as they arrive. */
  readonly bytes: number
  /** Bytes after decompression, so that a small body cannot unfold into a large one. */
  readonly inflatedBytes: number
  /** Nested arrays and objects. A reading needs three. */
  readonly depth: number
  readonly readings: number
}

/** What everybody starts with: ten megabytes, which is about a hundred thousand readings. */
export const limits: Limits = {
  bytes: 10 * 1024 * 1024,
  inflatedBytes: 10 * 1024 * 1024,
  depth: 64,
  readings: 100_000
}

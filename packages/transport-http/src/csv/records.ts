/** A record is over: where its content ends, where the next begins, and how many lines it takes. */
export interface RecordEnd {
  readonly end: number
  readonly next: number
  readonly lines: number
}

/** The longest record that is read. A quote that nobody closes would otherwise swallow the rest of a file. */
export const longestRecord = 64 * 1024

const withoutReturn = (bytes: Uint8Array, from: number, end: number): number =>
  end > from && bytes[end - 1] === 13 ? end - 1 : end

/**
 * Finds the end of the record that begins at `from`, `undefined` when it is not in the bytes yet. Line breaks
 * between quotes belong to it.
 *
 * A quote opens only at the beginning of a cell. One that is not closed within the longest record ends at its
 * line, so that a broken row costs no other.
 */
export const recordEnd = (
  bytes: Uint8Array,
  from: number,
  separator: number,
  isLast: boolean
): RecordEnd | undefined => {
  let isQuoted = false
  let closedAt = -1
  let lines = 1
  let firstLine: RecordEnd | undefined
  const limit = Math.min(bytes.length, from + longestRecord)
  for (let i = from; i < limit; i++) {
    const byte = bytes[i]
    if (byte === 34) {
      if (isQuoted) {
        isQuoted = false
        closedAt = i
      } else if (i === from || bytes[i - 1] === separator || closedAt === i - 1) isQuoted = true
    } else if (byte === 10) {
      const here = { end: withoutReturn(bytes, from, i), next: i + 1, lines }
      if (!isQuoted) return here
      firstLine ??= here
      lines++
    }
  }
  if (limit === bytes.length && !isLast) return undefined
  if (firstLine !== undefined && isQuoted) return firstLine
  const isCut = limit < bytes.length
  return { end: isCut ? limit : withoutReturn(bytes, from, limit), next: limit, lines: isCut ? 0 : lines }
}

/** The cells of a record, or why it has none. */
export const cellsOf = (record: string, separator: string): ReadonlyArray<string> | string => {
  const cells: Array<string> = []
  let at = 0
  while (true) {
    if (record[at] === '"') {
      let cell = ""
      while (true) {
        const quote = record.indexOf('"', at + 1)
        if (quote === -1) return "has a quote that is not closed"
        cell += record.slice(at + 1, quote)
        at = quote + 1
        if (record[at] !== '"') break
        cell += '"'
      }
      if (at < record.length && record[at] !== separator) return "has text after a closing quote"
      cells.push(cell)
    } else {
      const next = record.indexOf(separator, at)
      const end = next === -1 ? record.length : next
      cells.push(record.slice(at, end))
      at = end
    }
    if (at >= record.length) return cells
    at++
    if (at === record.length) return [...cells, ""]
  }
}

import { plainReading, type Submission, type Submitted } from "@wattkit/core"

/** Longer texts are read in turns, so that others get theirs. */
const longest = 200_000

const quote = 34

const quotesIn = (text: string): number => {
  let count = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === quote) count++
  return count
}

/** How many quotes a row is written with, when none of its texts holds one and no field stands twice. */
const quotesOf = (row: { readonly [name: string]: unknown }): number => {
  let count = 0
  for (const name in row) count += typeof row[name] === "string" ? 4 : 2
  return count
}

/**
 * The submission of a text that leaves no question: one plain reading or a list of them, all of them sound.
 *
 * `JSON.parse` keeps the last of two equal fields in silence; then the text has more quotes than what came
 * out of it. Undefined says nothing against a text, only that a closer look has to decide.
 */
export const plainSubmission = (text: string): Submission.Submission | undefined => {
  if (text.length > longest || text.includes("\\")) return undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  const rows: ReadonlyArray<unknown> = Array.isArray(body) ? body : [body]
  const readings: Array<Submitted> = []
  let quotes = 0
  for (let index = 0; index < rows.length; index++) {
    const reading = plainReading(rows[index])
    if (reading === undefined) return undefined
    readings.push({ index, reading })
    quotes += quotesOf(rows[index] as { readonly [name: string]: unknown })
  }
  return quotes === quotesIn(text) ? { readings, rejected: [] } : undefined
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The same of the bytes of a text. */
export const plainSubmissionOf = (bytes: Uint8Array): Submission.Submission | undefined => {
  if (bytes.length > longest) return undefined
  try {
    return plainSubmission(utf8.decode(bytes))
  } catch {
    return undefined
  }
}

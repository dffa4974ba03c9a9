import { unescape } from "./LineScanner.ts"

/** Who speaks in a line: its measurement and its tags. */
export interface Head {
  readonly measurement: string
  /** The measurement with the tags sorted by name, which is what a binding names. */
  readonly subject: string
}

/** The most characters a subject has, as `Subject` says. */
const longestSubject = 256

/** Cuts at every mark that no backslash stands before. */
const cut = (text: string, mark: string): ReadonlyArray<string> => {
  const parts: Array<string> = []
  let from = 0
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
    if (text[at - 1] === "\\") continue
    parts.push(text.slice(from, at))
    from = at + 1
  }
  parts.push(text.slice(from))
  return parts
}

/** Reads a measurement with its tags; a text where it is wrong, in the words InfluxDB's clients know. */
export const headOf = (text: string): Head | string => {
  const [measurement = "", ...tags] = cut(text, ",")
  if (measurement === "") return "missing measurement"
  const pairs: Array<readonly [string, string]> = []
  for (const tag of tags) {
    const [key = "", ...values] = cut(tag, "=")
    if (key === "") return "missing tag key"
    // A second sign of equality should be escaped; InfluxDB takes it for a part of the value, and so do we.
    const value = values.join("=")
    if (value === "") return "missing tag value"
    pairs.push([unescape(key), unescape(value)])
  }
  const name = unescape(measurement)
  const sorted = pairs
    .toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
  const subject = [name, ...sorted].join(",")
  return subject.length > longestSubject
    ? `the measurement with its tags has more than ${longestSubject} characters`
    : { measurement: name, subject }
}

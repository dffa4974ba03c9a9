/** What processes tell each other: that one is there, that another is there too, and news, cut into parts. */
export interface Notification {
  /** The process that sends it. */
  readonly from: string
  /** Rises by one with every notification of a process, and once more when it gave up some. */
  readonly sequence: number
  readonly says: "hello" | "here" | { readonly part: number; readonly of: number; readonly text: string }
}

/** PostgreSQL takes up to 7,999 bytes; so many of them are text, the rest says what the notification is. */
export const partLength = 7_900
/** News that would need more parts is given up. */
export const mostParts = 2_000

/** The first character tells one form of notifications from another: processes of two releases may meet. */
const form = "1"

/** A notification as PostgreSQL carries it. */
export const encode = ({ from, says, sequence }: Notification): string => {
  const head = `${form} ${from} ${sequence.toString(36)}`
  if (says === "hello" || says === "here") return `${head} ${says}`
  return `${head} ${says.part.toString(36)}/${says.of.toString(36)} ${says.text}`
}

const pattern =
  /^1 ([0-9a-z]{1,32}) ([0-9a-z]{1,11}) (?:(hello|here)|([0-9a-z]{1,4})\/([0-9a-z]{1,4}) (.*))$/s

/** The notification PostgreSQL carried; undefined when it is none of this form. */
export const decode = (payload: string): Notification | undefined => {
  const [, from, sequence, word, part, of, text] = pattern.exec(payload) ?? []
  if (from === undefined || sequence === undefined) return undefined
  const head = { from, sequence: Number.parseInt(sequence, 36) }
  if (word === "hello" || word === "here") return { ...head, says: word }
  return {
    ...head,
    says: { part: Number.parseInt(part ?? "", 36), of: Number.parseInt(of ?? "", 36), text: text ?? "" }
  }
}

/** Cuts a text into the parts that fit. */
export const cut = (text: string): ReadonlyArray<Exclude<Notification["says"], string>> => {
  const of = Math.max(1, Math.ceil(text.length / partLength))
  return Array.from({ length: of }, (_, part) => ({
    part,
    of,
    text: text.slice(part * partLength, (part + 1) * partLength)
  }))
}

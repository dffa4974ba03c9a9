import { crc16 } from "./crc16.ts"

/** The values a telegram holds, by their OBIS code. */
export type Telegram = ReadonlyMap<string, ReadonlyArray<string>>

/** A telegram that can be read, or why not. */
export type ReadTelegram =
  | { readonly kind: "telegram"; readonly values: Telegram }
  | { readonly kind: "malformed"; readonly why: string }

const mostLines = 500
const longestLine = 2_048
const mostGroups = 32

const coded = /^(\d-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(\(.*)$/

const groupsOf = (text: string): ReadonlyArray<string> => {
  const groups: Array<string> = []
  let at = 0
  while (text.charAt(at) === "(" && groups.length < mostGroups) {
    const end = text.indexOf(")", at)
    if (end === -1) break
    groups.push(text.slice(at + 1, end))
    at = end + 1
  }
  return groups
}

const isSum = (body: string, sum: number): boolean => {
  if (crc16(body) === sum) return true
  // Whoever passed the telegram on may have written its line ends anew.
  return crc16(body.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n")) === sum
}

/** Reads what stands between `/` and `!`, and holds it against the checksum behind if there is one. */
export const readTelegram = (text: string): ReadTelegram => {
  const start = text.indexOf("/")
  const end = text.lastIndexOf("!")
  if (start === -1 || end < start) return { kind: "malformed", why: "has no telegram from / to !" }
  const body = text.slice(start, end + 1)
  const sum = /^[0-9A-Fa-f]{4}/.exec(text.slice(end + 1, end + 5))
  if (sum !== null && !isSum(body, Number.parseInt(sum[0], 16))) {
    return { kind: "malformed", why: "has a wrong checksum" }
  }
  const values = new Map<string, ReadonlyArray<string>>()
  let last = ""
  for (const line of body.split("\n", mostLines)) {
    const trimmed = line.slice(0, longestLine).trim()
    const match = coded.exec(trimmed)
    if (match !== null) {
      last = match[1] ?? ""
      if (!values.has(last)) values.set(last, groupsOf(match[2] ?? ""))
    } else if (trimmed.startsWith("(") && last !== "") {
      // Before version 4 the value of a gas meter stands on a line of its own.
      values.set(last, [...(values.get(last) ?? []), ...groupsOf(trimmed)].slice(0, mostGroups))
    }
  }
  return { kind: "telegram", values }
}

import type { Format } from "@wattkit/formats"

const levelOf = (level: string): string =>
  level === "+" ? "[^/]*" : level.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

/** What a topic filter of MQTT matches. One that begins with a wildcard leaves out what the broker owns. */
const sourceOf = (filter: string): string => {
  const levels = filter.split("/")
  const isOpen = levels.at(-1) === "#"
  const rest = (isOpen ? levels.slice(0, -1) : levels).map(levelOf).join("/")
  const own = /^[+#]/.test(filter) ? "(?!\\$)" : ""
  if (!isOpen) return `${own}${rest}`
  return levels.length === 1 ? `${own}.*` : `${own}${rest}(?:/.*)?`
}

const known = new WeakMap<Format, RegExp>()

/** Matches the topics of a format, and no topic at all where it has none. */
export const topicPattern = (format: Format): RegExp => {
  const pattern =
    known.get(format) ?? new RegExp(`^(?:${format.topics.map(sourceOf).join("|") || "(?!)"})$`, "s")
  known.set(format, pattern)
  return pattern
}

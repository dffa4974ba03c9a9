import * as Topic from "./Topic.ts"

/**
 * Whether something can be subscribed with this filter: `+` is a whole level, and `#` is the whole last one.
 */
export const isFilter = (text: string): boolean => {
  if (!Topic.isSound(text)) return false
  const levels = text.split("/")
  return levels.every((level, i) => {
    if (level === "#") return i === levels.length - 1
    return level === "+" || !/[+#]/.test(level)
  })
}

/** Whether a filter takes in topics that begin with `$`: only one that names the `$` does. */
const reaches = (filter: string, topic: string): boolean => !topic.startsWith("$") || filter.startsWith("$")

/** Whether a topic is one of those a filter stands for. */
export const matches = (filter: string, topic: string): boolean => {
  if (filter === topic) return true
  if (!reaches(filter, topic)) return false
  const wanted = filter.split("/")
  const levels = topic.split("/")
  for (let i = 0; i < wanted.length; i++) {
    // `a/#` stands for `a` as well, so this comes before the end of the topic is looked at.
    if (wanted[i] === "#") return true
    if (i >= levels.length || (wanted[i] !== "+" && wanted[i] !== levels[i])) return false
  }
  return wanted.length === levels.length
}

const shared = /^\$share\/([^/+#]+)\/(.+)$/s

/** A shared subscription, taken apart; undefined for every other filter. */
export const sharedOf = (text: string): { readonly group: string; readonly filter: string } | undefined => {
  const [, group, filter] = shared.exec(text) ?? []
  return group === undefined || filter === undefined ? undefined : { group, filter }
}

/** What a topic's captures hold. */
export type Captures = ReadonlyMap<string, string>

/** A topic with captures in braces, ready to be matched. */
export interface TopicPattern {
  /** As MQTT writes it: `+` for a level and `#` for all that follows. */
  readonly filter: string
  readonly match: (topic: string) => Captures | undefined
}

const longestTopic = 1024
const capture = /\{(\w+)(\.\.\.)?\}/g

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

const filterOf = (pattern: string): string => {
  const levels: Array<string> = []
  for (const level of pattern.split("/")) {
    if (level.includes("...}")) return [...levels, "#"].join("/")
    levels.push(level.includes("{") ? "+" : level)
  }
  return levels.join("/")
}

/** Makes a pattern ready; `where` says what captures have to look like. */
export const topicPattern = (
  pattern: string,
  where: { readonly [name: string]: string } = {}
): TopicPattern => {
  const names: Array<string> = []
  let source = ""
  let from = 0
  for (const found of pattern.matchAll(capture)) {
    const [whole, name = "", levels] = found
    names.push(name)
    const shape = where[name] ?? (levels === undefined ? "[^/]+" : ".+")
    source += `${escape(pattern.slice(from, found.index))}(${shape})`
    from = found.index + whole.length
  }
  const expression = new RegExp(`^${source}${escape(pattern.slice(from))}$`, "s")
  return {
    filter: filterOf(pattern),
    match: (topic) => {
      if (topic.length > longestTopic) return undefined
      const found = expression.exec(topic)
      return found === null ? undefined : new Map(names.map((name, index) => [name, found[index + 1] ?? ""]))
    }
  }
}

/** Puts captures into a template. */
export const fill = (template: string, captures: Captures): string =>
  template.replace(capture, (_, name: string) => captures.get(name) ?? "")

/** A block of code in a document. */
export interface Snippet {
  readonly language: string
  /** Words after the language, such as `run`. */
  readonly tags: ReadonlyArray<string>
  readonly code: string
  /** The line on which its code begins, from 1. */
  readonly line: number
}

/** Every fenced block of a Markdown text. */
export const snippetsOf = (markdown: string): ReadonlyArray<Snippet> => {
  const found: Array<Snippet> = []
  const lines = markdown.split("\n")
  for (let index = 0; index < lines.length; index++) {
    const [, fence, info] = /^(`{3,})(.*)$/.exec(lines[index]!) ?? []
    if (fence === undefined || info === undefined) continue
    const end = lines.indexOf(fence, index + 1)
    if (end === -1) break
    const [language = "", ...tags] = info.trim().split(/\s+/)
    found.push({ language, tags, code: `${lines.slice(index + 1, end).join("\n")}\n`, line: index + 2 })
    index = end
  }
  return found
}

/** The first example of a README that is TypeScript. */
export const firstExample = (markdown: string): Snippet | undefined =>
  snippetsOf(markdown).find(({ language }) => language === "ts" || language === "typescript")

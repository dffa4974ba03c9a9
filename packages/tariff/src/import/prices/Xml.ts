import { refuse } from "../NotImported.ts"

/** An element of a document: its name without prefix, its text, and the elements in it. */
export interface Element {
  readonly name: string
  readonly line: number
  text: string
  readonly children: Array<Element>
}

/** The largest document that is read, in characters. */
export const MOST_CHARACTERS = 20_000_000
const MOST_DEPTH = 32
const MOST_ELEMENTS = 1_000_000

const known: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }

const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,199}$/
const ATTRIBUTES = /^(?:\s+[A-Za-z_][A-Za-z0-9_.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*$/

interface Cursor {
  readonly xml: string
  at: number
  /** A line that was counted, and where, so that the next is counted on from there. */
  counted: { readonly at: number; readonly line: number }
}

const lineAt = (cursor: Cursor): number => {
  let { at, line } = cursor.counted
  for (; at < cursor.at; at++) if (cursor.xml.charCodeAt(at) === 10) line++
  cursor.counted = { at, line }
  return line
}

const fail = (cursor: Cursor, message: string): never =>
  refuse("unreadable", `line ${lineAt(cursor)}`, message)

/** Text with its references replaced: the five of XML and characters by number, nothing else. */
const plainText = (cursor: Cursor, text: string): string =>
  text.includes("&")
    ? text.replace(/&([^;&\s]{0,12});?/g, (whole, name: string) => {
        if (!whole.endsWith(";")) return fail(cursor, `"${whole}" is not a reference XML knows`)
        const code = /^#x[0-9a-fA-F]{1,6}$/.test(name)
          ? Number.parseInt(name.slice(2), 16)
          : /^#\d{1,7}$/.test(name)
            ? Number(name.slice(1))
            : -1
        if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code)
        return known[name] ?? fail(cursor, `"${whole}" is not a reference XML knows`)
      })
    : text

/** Moves behind the next occurrence of a mark. */
const skipTo = (cursor: Cursor, mark: string, what: string): string => {
  const end = cursor.xml.indexOf(mark, cursor.at)
  if (end < 0) fail(cursor, `${what} does not end`)
  const inside = cursor.xml.slice(cursor.at, end)
  cursor.at = end + mark.length
  return inside
}

/** Reads what begins with `<!` or `<?`; returns text that belongs to the element it is in. */
const skipMarkup = (cursor: Cursor): string => {
  const { xml } = cursor
  if (xml.startsWith("<!--", cursor.at)) {
    cursor.at += 4
    skipTo(cursor, "-->", "a comment")
    return ""
  }
  if (xml.startsWith("<![CDATA[", cursor.at)) {
    cursor.at += 9
    return skipTo(cursor, "]]>", "a CDATA section")
  }
  if (xml.startsWith("<?", cursor.at)) {
    skipTo(cursor, "?>", "a processing instruction")
    return ""
  }
  return fail(cursor, "document type declarations and entities are not read")
}

/** Reads a tag: opens an element, closes one, or both. */
const readTag = (cursor: Cursor, open: Array<Element>, count: number): void => {
  const line = lineAt(cursor)
  cursor.at += 1
  const inside = skipTo(cursor, ">", "a tag")
  if (inside.startsWith("/")) {
    const name = inside.slice(1).trim()
    const last = open.length > 1 ? open.pop() : undefined
    if (last === undefined || last.name !== name.replace(/^.*:/, ""))
      fail(cursor, `</${name}> closes ${last === undefined ? "nothing" : `<${last.name}>`}`)
    return
  }
  const closes = inside.endsWith("/")
  const body = closes ? inside.slice(0, -1) : inside
  const [name = ""] = body.split(/\s/, 1)
  if (!NAME.test(name) || !ATTRIBUTES.test(body.slice(name.length)))
    fail(cursor, `<${inside.slice(0, 40)}> is not a tag`)
  if (open.length > MOST_DEPTH) fail(cursor, `elements lie more than ${MOST_DEPTH} deep in each other`)
  if (count > MOST_ELEMENTS) fail(cursor, `there are more than ${MOST_ELEMENTS} elements`)
  const element: Element = { name: name.replace(/^.*:/, ""), line, text: "", children: [] }
  open[open.length - 1]!.children.push(element)
  if (!closes) open.push(element)
}

/**
 * Reads a document of elements and text. Attributes are checked and left out. There are no declarations, no
 * entities and no references to anything outside, so a document can only be as large as it is.
 */
export const readXml = (xml: string): Element => {
  if (xml.length > MOST_CHARACTERS)
    refuse("unreadable", "", `the document is longer than ${MOST_CHARACTERS} characters`)
  const cursor: Cursor = { xml, at: xml.charCodeAt(0) === 0xfeff ? 1 : 0, counted: { at: 0, line: 1 } }
  const root: Element = { name: "", line: 1, text: "", children: [] }
  const open = [root]
  let count = 0
  while (cursor.at < xml.length) {
    const element = open[open.length - 1]!
    if (xml[cursor.at] !== "<") {
      const end = xml.indexOf("<", cursor.at)
      const text = xml.slice(cursor.at, end < 0 ? xml.length : end)
      if (open.length === 1 && text.trim() !== "") fail(cursor, "this is not an XML document")
      element.text += plainText(cursor, text)
      cursor.at += text.length
    } else if (xml[cursor.at + 1] === "!" || xml[cursor.at + 1] === "?") element.text += skipMarkup(cursor)
    else readTag(cursor, open, ++count)
  }
  if (open.length > 1)
    fail(cursor, `<${open[open.length - 1]!.name}> is never closed; is the document cut off?`)
  if (root.children.length !== 1) fail(cursor, "this is not an XML document: it needs one outermost element")
  return root.children[0]!
}

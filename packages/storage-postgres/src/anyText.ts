/**
 * Any text as a text column can hold it, one for one and in the same order.
 *
 * A column takes neither a NUL nor half of a surrogate pair, and to replace either would make one of texts
 * that are two. They are escaped by the characters before them, U+0001 and U+D7FF, which almost no text has
 * and which stand for themselves when they are escaped too.
 */
export const encode = (text: string): string => text.replace(unstorable, escapeOf)

/** The text a column holds. */
export const decode = (held: string): string => held.replace(escaped, unescaped)

// oxlint-disable-next-line no-control-regex
const unstorable = /[\0\u0001\ud7ff]|\p{Surrogate}/gu
// oxlint-disable-next-line no-control-regex
const escaped = /[\u0001\ud7ff]./gsu

const FIRST_SURROGATE = 0xd800
/** The first of the characters that no other standard gives a meaning: surrogates are escaped as these. */
const FIRST_PRIVATE = 0xe000

const escapeOf = (found: string): string => {
  switch (found) {
    case "\0":
      return "\u0001\u0001"
    case "\u0001":
      return "\u0001\u0002"
    case "\ud7ff":
      return "\ud7ff\u0001"
    default:
      return `\ud7ff${String.fromCharCode(found.charCodeAt(0) - FIRST_SURROGATE + FIRST_PRIVATE)}`
  }
}

const unescaped = (found: string): string => {
  const said = found.charCodeAt(1)
  if (found.startsWith("\u0001")) return said === 1 ? "\0" : "\u0001"
  return said === 1 ? "\ud7ff" : String.fromCharCode(said - FIRST_PRIVATE + FIRST_SURROGATE)
}

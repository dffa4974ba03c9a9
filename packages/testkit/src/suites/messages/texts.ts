/** Texts of any kind in the order of their code points, which is not that of their UTF-16. */
export const orderedTexts: ReadonlyArray<string> = [
  "\u0001",
  " ",
  "+/#",
  "10",
  "9",
  "A",
  "Zz",
  "Zähler",
  "a",
  "a b",
  "a,tag=x",
  "aa",
  "z",
  "ä",
  "⚡️",
  "\ud7ff",
  "\ue000",
  "\uffee",
  "😀"
]

/**
 * Texts that collide, or fail, where a NUL or half of a surrogate pair is replaced, cut off, or escaped
 * without escaping what it is escaped with.
 */
export const poisonTexts: ReadonlyArray<string> = [
  "\0",
  "\0\0",
  "\u0001",
  "\u0001\u0001",
  "\u0001\u0002",
  "\ufffd",
  "\\0",
  "\\u0000",
  "a",
  "a\0",
  "a\0b",
  "a\ufffdb",
  "ab",
  "\ud800",
  "\ud800\ud800",
  "\udc00",
  "\udc00\ud800",
  "\ud800\udc00",
  "\ud7ff",
  "\ud7ff\ue000",
  "\ud7ff\u0001",
  "x\udfff",
  "x\udfffy"
]

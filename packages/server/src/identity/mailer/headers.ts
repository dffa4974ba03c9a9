import { domainToASCII } from "node:url"

/** So many bytes of text make an encoded word that fits on a line of 76 behind the name of its header. */
const bytesPerWord = 39

const isPlain = (text: string): boolean =>
  /^[\x21-\x7e](?:[\x20-\x7e]{0,64}[\x21-\x7e])?$/.test(text) && !text.includes("=?")

/** Free text in a header: as it is where it can be, and otherwise in encoded words. */
export const encodedText = (text: string): string => (isPlain(text) ? text : encodedWords(text))

/** A text of any characters, in encoded words, a line each. */
export const encodedWords = (text: string): string => {
  const words = [""]
  for (const letter of text) {
    const longer = words.at(-1)! + letter
    if (Buffer.byteLength(longer) <= bytesPerWord) words[words.length - 1] = longer
    else words.push(letter)
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join("\r\n ")
}

/** Whether a text cannot stand in a header: it would end the line, or the text. */
export const breaksLine = (text: string): boolean => /\p{Cc}/u.test(text)

/** An address as mail servers write it: the domain in ASCII. What stands before the `@` has no such form. */
export const mailbox = (email: string): string => {
  const at = email.lastIndexOf("@")
  return `${email.slice(0, at)}@${domainToASCII(email.slice(at + 1))}`
}

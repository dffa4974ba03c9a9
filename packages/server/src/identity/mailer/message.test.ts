import { assert, describe, it } from "vitest"
import * as fc from "fast-check"
import { encodedText, encodedWords } from "./headers.ts"
import { quotedPrintable } from "./quotedPrintable.ts"

const text = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({ unit: fc.constantFrom("=", " ", "\t", ".", "ä", "𝛑", "\n", "\0"), maxLength: 300 })
)

/** Lone halves of a pair have no bytes. */
const wellFormed = (given: string): string => given.toWellFormed()

describe("quotedPrintable", () => {
  /** By RFC 2045, as a reader would. */
  const read = (encoded: string): string =>
    Buffer.from(
      encoded
        .replace(/=\r\n/g, "")
        .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      "latin1"
    ).toString("utf8")

  it("is read as what it was, in short lines of ASCII that end with no space", () => {
    fc.assert(
      fc.property(text, (given) => {
        const encoded = quotedPrintable(given)
        assert.strictEqual(read(encoded), wellFormed(given).replace(/\r\n|\r|\n/g, "\r\n"))
        for (const line of encoded.split("\r\n")) assert.match(line, /^(?:[\x20-\x7e]{0,75}[\x21-\x7e])?$/)
      }),
      { numRuns: 500 }
    )
  })
})

describe("encodedText", () => {
  /** By RFC 2047, as a reader would. */
  const read = (header: string): string =>
    header
      .split("\r\n ")
      .map((word) => Buffer.from(/^=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=$/.exec(word)![1]!, "base64"))
      .map((bytes) => bytes.toString("utf8"))
      .join("")

  it("is read as what it was, each word by itself", () => {
    fc.assert(
      fc.property(text, (given) => {
        assert.strictEqual(read(encodedWords(given)), wellFormed(given))
        for (const line of `Subject: ${encodedText(given)}`.split("\r\n")) {
          assert.match(line, /^[\x20-\x7e]{1,76}$/)
        }
      }),
      { numRuns: 500 }
    )
  })

  it.each([["Confirm your address"], ["50 % off?"], ["x".repeat(66)]])("leaves %s as it is", (plain) => {
    assert.strictEqual(encodedText(plain), plain)
  })

  it.each([[" x"], ["x "], ["x".repeat(67)], ["=?x"], ["ä"], ["a\tb"]])("encodes %j", (other) => {
    assert.strictEqual(read(encodedText(other)), other)
  })
})

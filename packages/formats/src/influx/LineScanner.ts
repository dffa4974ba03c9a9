import { instantIn, type TimeUnit } from "./timeUnit.ts"

/** Is told what stands in a text of line protocol, in its order. */
export interface LineSink {
  /** A number of the line that is being read; the line counts only once `line` is called. */
  readonly number: (name: string, value: number) => void
  /**
   * A line is whole: its measurement with tags as it was written, and its time in milliseconds. Why it cannot
   * be taken all the same, if it cannot.
   */
  readonly line: (head: string, at: number | undefined) => string | undefined
  /** A line cannot be read, from `from` to `to`; its numbers do not count. Lines are counted from 1. */
  readonly fault: (line: number, from: number, to: number, message: string) => void
}

const TAB = 9
const NEWLINE = 10
const RETURN = 13
const SPACE = 32
const QUOTE = 34
const HASH = 35
const COMMA = 44
const DOT = 46
const EQUALS = 61
const BACKSLASH = 92

const truths = new Set(["t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"])
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const wholeNumber = /^[+-]?\d+[iu]$/

const powersOfTen: ReadonlyArray<number> = Array.from({ length: 23 }, (_, power) => 10 ** power)

/** A backslash means something before these only; before anything else it stands for itself. */
const isSpecial = (code: number): boolean => code === COMMA || code === EQUALS || code === SPACE

/** Takes the backslashes away that stand before one of the characters. */
export const unescape = (text: string): string =>
  text.includes("\\") ? text.replace(/\\([,= ])/g, "$1") : text

/** Far more than any number has, and little enough to look at. */
const longestNumber = 400

/**
 * Reads line protocol in one pass over its characters, written from its documented grammar. A line that
 * cannot be read costs none of its neighbours.
 */
export class LineScanner {
  readonly #text: string
  readonly #unit: TimeUnit
  readonly #sink: LineSink
  #at = 0
  #line = 1
  #instant: number | undefined
  #fault = ""

  constructor(text: string, unit: TimeUnit, sink: LineSink) {
    this.#text = text
    this.#unit = unit
    this.#sink = sink
  }

  run(): void {
    const text = this.#text
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at)
      if (code === NEWLINE) {
        this.#line++
        this.#at++
      } else if (code === SPACE || code === TAB || code === RETURN || code === 0) this.#at++
      else if (code === HASH) this.#skipLine()
      else this.#readLine()
    }
  }

  #readLine(): void {
    const from = this.#at
    const line = this.#line
    const head = this.#head()
    if (head !== undefined && this.#fields() && this.#time()) {
      const refusal = this.#sink.line(head, this.#instant)
      if (refusal === undefined) return
      this.#fault = refusal
    }
    this.#skipLine()
    const end = this.#text.charCodeAt(this.#at - 1) === RETURN ? this.#at - 1 : this.#at
    this.#sink.fault(line, from, end, this.#fault)
  }

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at)
    this.#at = end === -1 ? this.#text.length : end
  }

  #wrong(message: string): false {
    this.#fault = message
    return false
  }

  /** The measurement and its tags, up to the first space that is not escaped. */
  #head(): string | undefined {
    const text = this.#text
    const from = this.#at
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === SPACE) {
        this.#at = at
        return text.slice(from, at)
      }
      if (code === NEWLINE) break
      if (code === BACKSLASH && isSpecial(text.charCodeAt(at + 1))) at++
    }
    this.#fault = "missing fields"
    return undefined
  }

  #skipSpaces(): void {
    while (this.#text.charCodeAt(this.#at) === SPACE) this.#at++
  }

  #fields(): boolean {
    this.#skipSpaces()
    for (;;) {
      const name = this.#name()
      if (name === undefined) return false
      if (!this.#value(name)) return false
      if (this.#text.charCodeAt(this.#at) !== COMMA) return true
      this.#at++
    }
  }

  #name(): string | undefined {
    const text = this.#text
    const from = this.#at
    let isEscaped = false
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === EQUALS) {
        if (at === from) break
        this.#at = at + 1
        const name = text.slice(from, at)
        return isEscaped ? unescape(name) : name
      }
      if (code === BACKSLASH && isSpecial(text.charCodeAt(at + 1))) {
        isEscaped = true
        at++
      } else if (code === COMMA || code === SPACE || code === NEWLINE) break
    }
    this.#fault = this.#isEnd(from) ? "missing fields" : "invalid field format"
    return undefined
  }

  #isEnd(at: number): boolean {
    const code = this.#text.charCodeAt(at)
    if (at >= this.#text.length || code === NEWLINE) return true
    return code === RETURN && (at + 1 >= this.#text.length || this.#text.charCodeAt(at + 1) === NEWLINE)
  }

  #value(name: string): boolean {
    const text = this.#text
    let at = this.#at
    let code = text.charCodeAt(at)
    if (code === QUOTE) return this.#quoted()
    const from = at
    const isNegative = code === 45
    if (isNegative) code = text.charCodeAt(++at)
    let value = 0
    let digits = 0
    let decimals = -1
    for (; ; code = text.charCodeAt(++at)) {
      if (code >= 48 && code <= 57) {
        value = value * 10 + (code - 48)
        digits++
        if (decimals >= 0) decimals++
      } else if (code === DOT && decimals === -1) decimals = 0
      else break
    }
    const isOver = code === COMMA || code === SPACE || code === NEWLINE || at >= text.length
    // Up to fifteen digits the whole number and the power of ten are exact, and so is their quotient.
    if (isOver && digits > 0 && digits <= 15) {
      if (decimals > 0) value /= powersOfTen[decimals]!
      this.#at = at
      this.#sink.number(name, isNegative ? 0 - value : value)
      return true
    }
    return this.#otherValue(name, from)
  }

  /** Whole numbers with their letter, exponents, truth values, and what is no value at all. */
  #otherValue(name: string, from: number): boolean {
    const text = this.#text
    let to = from
    for (; to < text.length; to++) {
      const code = text.charCodeAt(to)
      if (code === COMMA || code === SPACE || code === NEWLINE) break
      if (code === RETURN && this.#isEnd(to)) break
    }
    this.#at = to
    if (to - from > longestNumber) return this.#wrong("invalid number")
    const value = text.slice(from, to)
    if (value === "") return this.#wrong("missing field value")
    if (truths.has(value)) return true
    const number = plainNumber.test(value)
      ? Number(value)
      : wholeNumber.test(value) && !(value.endsWith("u") && value.startsWith("-"))
        ? Number(value.slice(0, -1))
        : Number.NaN
    if (!Number.isFinite(number)) return this.#wrong("invalid number")
    this.#sink.number(name, number)
    return true
  }

  /** Text is no number and is passed over; it may hold ends of lines. */
  #quoted(): boolean {
    const text = this.#text
    let lines = 0
    for (let at = this.#at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === NEWLINE) lines++
      else if (code === BACKSLASH && text.charCodeAt(at + 1) !== NEWLINE) at++
      else if (code === QUOTE) {
        this.#at = at + 1
        this.#line += lines
        const next = text.charCodeAt(this.#at)
        return (
          next === COMMA || next === SPACE || this.#isEnd(this.#at) || this.#wrong("invalid field format")
        )
      }
    }
    return this.#wrong("unbalanced quotes")
  }

  #time(): boolean {
    this.#instant = undefined
    this.#skipSpaces()
    const text = this.#text
    const from = this.#at
    if (this.#isEnd(from)) return true
    let at = from
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === SPACE || code === NEWLINE || code === RETURN) break
    }
    const millis = instantIn(text, from, at, this.#unit)
    this.#at = at
    this.#skipSpaces()
    if (!this.#isEnd(this.#at)) return this.#wrong("text after the time")
    if (Number.isNaN(millis)) return this.#wrong("bad timestamp")
    this.#instant = millis
    return true
  }
}

import { type Expression, expressionOf, type Scope } from "./Expression.ts"
import { Unreadable } from "./tokens.ts"
import { isTrue, NoValue, print, type Value } from "./Value.ts"

/** Gives the value of a message, undefined where the message has none. It never throws. */
export type Template = (value: string, json: () => unknown) => unknown

const longest = 2000

type Block = (scope: Scope) => ReadonlyArray<Value>

const piece = /\{\{-?([\s\S]*?)-?\}\}|\{%-?\s*([\s\S]*?)\s*-?%\}|\{#[\s\S]*?#\}/g

const statements: ReadonlyArray<string> = ["if", "elif", "else", "endif"]

type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly expression: Expression }
  | { readonly kind: "statement"; readonly word: string; readonly rest: string }

const piecesOf = (text: string): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let from = 0
  const addText = (to: number) => {
    // Space around expressions is layout; within a state it would mean something, so it is kept there.
    const between = text.slice(from, to)
    if (between.trim() !== "") pieces.push({ kind: "text", text: between })
  }
  for (const match of text.matchAll(piece)) {
    addText(match.index)
    from = match.index + match[0].length
    if (match[1] !== undefined) pieces.push({ kind: "value", expression: expressionOf(match[1]) })
    else if (match[2] !== undefined) {
      const [word = "", ...rest] = match[2].split(/\s+/)
      if (!statements.includes(word)) throw new Unreadable(`“${word}” is not understood`)
      pieces.push({ kind: "statement", word, rest: rest.join(" ") })
    }
  }
  addText(text.length)
  return pieces
}

/** Reads pieces up to the statement that ends them, which is left for who asked. */
class Blocks {
  readonly #pieces: ReadonlyArray<Piece>
  #at = 0
  #depth = 0

  constructor(pieces: ReadonlyArray<Piece>) {
    this.#pieces = pieces
  }

  whole(): Block {
    const block = this.#block()
    if (this.#at < this.#pieces.length) throw new Unreadable("an if ends that does not begin")
    return block
  }

  #block(): Block {
    const parts: Array<Block> = []
    for (let next = this.#pieces[this.#at]; next !== undefined; next = this.#pieces[this.#at]) {
      if (next.kind === "text") {
        const { text } = next
        parts.push(() => [text])
      } else if (next.kind === "value") {
        const { expression } = next
        parts.push((scope) => [expression(scope)])
      } else if (next.word === "if") {
        parts.push(this.#if(next.rest))
        continue
      } else break
      this.#at++
    }
    return (scope) => parts.flatMap((part) => part(scope))
  }

  #if(condition: string): Block {
    if (++this.#depth > 16) throw new Unreadable("it is nested too deeply")
    const test = expressionOf(condition)
    this.#at++
    const then = this.#block()
    const end = this.#pieces[this.#at]
    if (end?.kind !== "statement") throw new Unreadable("an if does not end")
    const other = this.#otherwise(end.word, end.rest)
    this.#depth--
    return (scope) => (isTrue(test(scope)) ? then(scope) : other(scope))
  }

  #otherwise(word: string, rest: string): Block {
    if (word === "elif") return this.#if(rest)
    this.#at++
    if (word === "endif") return () => []
    const other = this.#block()
    const end = this.#pieces[this.#at]
    if (end?.kind !== "statement" || end.word !== "endif") throw new Unreadable("an if does not end")
    this.#at++
    return other
  }
}

const valueOf = (values: ReadonlyArray<Value>): Value =>
  values.length === 1 ? values[0] : values.map(print).join("")

/**
 * Understands a template of Home Assistant as far as devices use it: the value that came, what it has as
 * JSON, a few filters, arithmetic and conditions. Nothing in it is ever run as code, and its work is bounded
 * by its own length. A sentence where it needs more than that.
 */
export const compile = (text: string): Template | { readonly unreadable: string } => {
  if (text.length > longest) return { unreadable: "the template is too long" }
  try {
    const block = new Blocks(piecesOf(text)).whole()
    return (value, json) => {
      try {
        return valueOf(block({ value, json }))
      } catch (cause) {
        if (cause instanceof NoValue) return undefined
        throw cause
      }
    }
  } catch (cause) {
    if (cause instanceof Unreadable) return { unreadable: `in the template ${cause.message}` }
    throw cause
  }
}

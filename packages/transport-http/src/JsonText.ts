/** What is wrong with a JSON text: where in the characters, in which field, and why. */
export interface Fault {
  readonly position: number
  readonly field: string
  readonly reason: string
}

interface Container {
  readonly keys: Set<string> | undefined
  key: string
  index: number
}

const space = /[ \t\n\r]*/y
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
const simple = /[\u0020\u0021\u0023-\u005b\u005d-\uffff]*/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Far more than a reading has; to say of a million fields that each is unknown would take seconds. */
const maxKeys = 256

/**
 * Walks a JSON text without building it.
 *
 * `JSON.parse` says nothing of nesting, keeps the last of two equal keys in silence and often does not tell
 * where it stopped. A body must not be ambiguous, must not be able to exhaust a stack later, and its sender
 * deserves the position.
 */
class Walk {
  readonly #text: string
  readonly #maxDepth: number
  readonly #open: Array<Container> = []
  #at = 0

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  run(): Fault | undefined {
    if (this.#text.charCodeAt(0) === 0xfeff) return this.#fault("begins with a byte order mark; leave it out")
    do {
      const fault = this.#value()
      if (fault !== undefined) return fault
    } while (this.#open.length > 0)
    this.#skip(space)
    return this.#at < this.#text.length
      ? this.#fault("has more text after the end of the JSON value")
      : undefined
  }

  /** Reads one scalar or opens one container, then closes all that end here. */
  #value(): Fault | undefined {
    this.#skip(space)
    const char = this.#text[this.#at]
    if (char === "{" || char === "[") {
      if (this.#open.length === this.#maxDepth)
        return this.#fault(`is nested deeper than ${this.#maxDepth} levels`)
      this.#open.push({ keys: char === "{" ? new Set() : undefined, key: "", index: 0 })
      this.#at++
      this.#skip(space)
      if (this.#text[this.#at] !== (char === "{" ? "}" : "]")) return char === "{" ? this.#key() : undefined
      this.#at++
      this.#open.pop()
    } else {
      const fault = char === '"' ? this.#string() : this.#scalar()
      if (fault !== undefined) return fault
    }
    return this.#afterValue()
  }

  #afterValue(): Fault | undefined {
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      this.#skip(space)
      const char = this.#text[this.#at]
      const close = top.keys === undefined ? "]" : "}"
      if (char === ",") {
        this.#at++
        top.index++
        return top.keys === undefined ? undefined : this.#key()
      }
      if (char !== close) return this.#unexpected(`"," or "${close}"`)
      this.#at++
      this.#open.pop()
    }
    return undefined
  }

  #key(): Fault | undefined {
    this.#skip(space)
    const start = this.#at
    const top = this.#open.at(-1)
    if (top?.keys === undefined || this.#text[start] !== '"') return this.#unexpected("a name in quotes")
    const fault = this.#string()
    if (fault !== undefined) return fault
    const raw = this.#text.slice(start, this.#at)
    top.key = raw.includes("\\") ? String(JSON.parse(raw)) : raw.slice(1, -1)
    if (top.keys.size === maxKeys) return this.#fault(`has more than ${maxKeys} fields`, start)
    if (top.keys.has(top.key)) return this.#fault("appears twice", start)
    top.keys.add(top.key)
    this.#skip(space)
    if (this.#text[this.#at] !== ":") return this.#unexpected('":"')
    this.#at++
    return undefined
  }

  #string(): Fault | undefined {
    this.#at++
    while (true) {
      this.#skip(simple)
      const char = this.#text[this.#at]
      if (char === '"') {
        this.#at++
        return undefined
      }
      if (char === undefined) return this.#fault("ends inside a text")
      if (!this.#skip(escape)) return this.#fault("has a character in a text that must be escaped")
    }
  }

  #scalar(): Fault | undefined {
    return this.#skip(scalar) ? undefined : this.#unexpected("a JSON value")
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return false
    this.#at = pattern.lastIndex
    return true
  }

  #unexpected(expected: string): Fault {
    return this.#fault(
      this.#at >= this.#text.length ? "ends too early" : `lacks ${expected} where one must stand`
    )
  }

  #fault(reason: string, position = this.#at): Fault {
    const field = this.#open.slice(0, 8).reduce((path, { index, key, keys }) => {
      if (keys === undefined) return `${path}[${index}]`
      return path === "" ? key.slice(0, 64) : `${path}.${key.slice(0, 64)}`
    }, "")
    return { position, field, reason }
  }
}

/** What is wrong with a JSON text; nothing when `JSON.parse` reads it and it means one thing only. */
export const check = (text: string, maxDepth: number): Fault | undefined => new Walk(text, maxDepth).run()

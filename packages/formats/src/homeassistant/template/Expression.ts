import { filters } from "./filters.ts"
import { type Token, tokensOf, Unreadable } from "./tokens.ts"
import { isTrue, member, NoValue, operand, print, type Value } from "./Value.ts"

/** What a template may look at: the text that came, and what it says as JSON. */
export interface Scope {
  readonly value: string
  readonly json: () => Value
}

/** An expression that was understood. It may throw `NoValue`. */
export type Expression = (scope: Scope) => Value

const deepest = 24

const compare = (sign: string, one: Value, other: Value): boolean => {
  if (sign === "==") return one === other
  if (sign === "!=") return one !== other
  const areTexts = typeof one === "string" && typeof other === "string"
  const [left, right] = areTexts ? [one, other] : [operand(one), operand(other)]
  return sign === "<"
    ? left < right
    : sign === "<="
      ? left <= right
      : sign === ">"
        ? left > right
        : left >= right
}

const divisor = (value: Value): number => {
  const number = operand(value)
  if (number === 0) throw new NoValue("it divides by zero")
  return number
}

const calculate = (sign: string, one: Value, other: Value): Value => {
  if (sign === "~") return print(print(one) + print(other))
  if (sign === "+") {
    const areTexts = typeof one === "string" && typeof other === "string"
    return areTexts ? print(one + other) : operand(one) + operand(other)
  }
  if (sign === "-") return operand(one) - operand(other)
  if (sign === "*") return operand(one) * operand(other)
  if (sign === "/") return operand(one) / divisor(other)
  if (sign === "//") return Math.floor(operand(one) / divisor(other))
  const by = divisor(other)
  return operand(one) - by * Math.floor(operand(one) / by)
}

const tests: ReadonlyMap<string, (value: Value) => boolean> = new Map<string, (value: Value) => boolean>([
  ["defined", (value) => value !== undefined],
  ["undefined", (value) => value === undefined],
  ["none", (value) => value === null],
  ["number", (value) => typeof value === "number"],
  ["string", (value) => typeof value === "string"]
])

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null]
])

/** Numbers that stand in the template itself. */
const literals = new WeakSet<Expression>()

/** Asks whether something is there. */
const presenceTests = new WeakSet<Expression>()

const missing: Expression = () => {
  throw new NoValue("the value is missing")
}

/**
 * Applies a filter. A number that a template has ready for when a value is missing, such as the 0 of
 * `float(0)`, is no value anybody measured: it stands for no value, or a register would seem to begin anew.
 */
const filtered = (name: string, from: Expression, args: ReadonlyArray<Expression>): Expression => {
  const filter = filters.get(name)
  if (filter === undefined) throw new Unreadable(`the filter “${name}” is not understood`)
  const isAssumed = args[0] !== undefined && literals.has(args[0])
  const isDefault = name === "default" || name === "d"
  const others = isAssumed && (name === "float" || name === "int") ? args.slice(1) : args
  return (scope) => {
    const value = from(scope)
    if (isAssumed && isDefault && (value === undefined || value === null)) return missing(scope)
    return filter(
      value,
      others.map((arg) => arg(scope))
    )
  }
}

/** Understands the part of Jinja's expressions that needs no more than the message, and refuses the rest. */
class Parsing {
  readonly #tokens: ReadonlyArray<Token>
  #at = 0
  #depth = 0

  constructor(tokens: ReadonlyArray<Token>) {
    this.#tokens = tokens
  }

  whole(): Expression {
    const expression = this.#conditional()
    const next = this.#tokens[this.#at]
    if (next !== undefined) throw new Unreadable(`“${next.text}” is not understood`)
    return expression
  }

  /** Takes the next piece if it is one of these signs or words. */
  #take(...texts: ReadonlyArray<string>): string | undefined {
    const next = this.#tokens[this.#at]
    if (next === undefined || next.kind === "text" || next.kind === "number") return undefined
    if (!texts.includes(next.text)) return undefined
    this.#at++
    return next.text
  }

  #expect(text: string): void {
    if (this.#take(text) === undefined) throw new Unreadable(`“${text}” is missing`)
  }

  #conditional(): Expression {
    if (++this.#depth > deepest) throw new Unreadable("it is nested too deeply")
    const first = this.#or()
    this.#depth--
    if (this.#take("if") === undefined) return first
    const test = this.#or()
    const last: Expression = this.#take("else") === undefined ? () => undefined : this.#conditional()
    const other = presenceTests.has(test) && literals.has(last) ? missing : last
    return (scope) => (isTrue(test(scope)) ? first(scope) : other(scope))
  }

  #or(): Expression {
    let left = this.#and()
    while (this.#take("or") !== undefined) {
      const [one, other] = [left, this.#and()]
      left = (scope) => {
        const value = one(scope)
        return isTrue(value) ? value : other(scope)
      }
    }
    return left
  }

  #and(): Expression {
    let left = this.#not()
    while (this.#take("and") !== undefined) {
      const [one, other] = [left, this.#not()]
      left = (scope) => {
        const value = one(scope)
        return isTrue(value) ? other(scope) : value
      }
    }
    return left
  }

  #not(): Expression {
    if (this.#take("not") === undefined) return this.#comparison()
    if (++this.#depth > deepest) throw new Unreadable("it is nested too deeply")
    const one = this.#not()
    this.#depth--
    return (scope) => !isTrue(one(scope))
  }

  #comparison(): Expression {
    const left = this.#sum()
    const sign = this.#take("==", "!=", "<", "<=", ">", ">=", "is")
    if (sign === undefined) return left
    if (sign === "is") return this.#test(left)
    const right = this.#sum()
    return (scope) => compare(sign, left(scope), right(scope))
  }

  #test(of: Expression): Expression {
    const isNot = this.#take("not") !== undefined
    const name = this.#tokens[this.#at++]?.text ?? ""
    const test = tests.get(name)
    if (test === undefined) throw new Unreadable(`the test “${name}” is not understood`)
    const asked: Expression = (scope) => test(of(scope)) !== isNot
    if (name === "defined" && !isNot) presenceTests.add(asked)
    return asked
  }

  #sum(): Expression {
    return this.#chain(["+", "-", "~"], () => this.#product())
  }

  #product(): Expression {
    return this.#chain(["*", "/", "//", "%"], () => this.#signed())
  }

  #chain(signs: ReadonlyArray<string>, next: () => Expression): Expression {
    let left = next()
    for (let sign = this.#take(...signs); sign !== undefined; sign = this.#take(...signs)) {
      const [one, by, other] = [left, sign, next()]
      left = (scope) => calculate(by, one(scope), other(scope))
    }
    return left
  }

  #signed(): Expression {
    const sign = this.#take("-", "+")
    if (sign === undefined) return this.#reached()
    if (++this.#depth > deepest) throw new Unreadable("it is nested too deeply")
    const one = this.#signed()
    this.#depth--
    return sign === "-" ? (scope) => -operand(one(scope)) : (scope) => operand(one(scope))
  }

  /** A value with all names, places and filters behind it. */
  #reached(): Expression {
    let value = this.#primary()
    for (;;) {
      const from = value
      if (this.#take(".") !== undefined) {
        const name = this.#name()
        value = (scope) => member(from(scope), name)
      } else if (this.#take("[") !== undefined) {
        const key = this.#conditional()
        this.#expect("]")
        value = (scope) => member(from(scope), key(scope))
      } else if (this.#take("|") !== undefined) value = this.#filter(from)
      else return value
    }
  }

  #name(): string {
    const next = this.#tokens[this.#at++]
    if (next?.kind !== "name") throw new Unreadable("a name is missing")
    return next.text
  }

  #filter(from: Expression): Expression {
    const name = this.#name()
    return filtered(name, from, this.#take("(") === undefined ? [] : this.#arguments())
  }

  #arguments(): ReadonlyArray<Expression> {
    const args: Array<Expression> = []
    while (this.#take(")") === undefined) {
      if (args.length > 0) this.#expect(",")
      // `float(default=0)` and `round(precision=1)` say by name what stands first anyway.
      const [name, equals] = this.#tokens.slice(this.#at, this.#at + 2)
      if (name?.kind === "name" && equals?.text === "=" && equals.kind === "sign") {
        if (args.length > 0) throw new Unreadable(`the argument “${name.text}” is not understood`)
        this.#at += 2
      }
      args.push(this.#conditional())
    }
    return args
  }

  #primary(): Expression {
    const next = this.#tokens[this.#at++]
    if (next === undefined) throw new Unreadable("it ends too early")
    if (next.kind === "text") return () => next.text
    if (next.kind === "number") {
      const number = Number(next.text)
      const literal: Expression = () => number
      literals.add(literal)
      return literal
    }
    if (next.kind === "sign" && next.text === "(") {
      const inner = this.#conditional()
      this.#expect(")")
      return inner
    }
    if (next.kind === "name") return this.#named(next.text)
    throw new Unreadable(`“${next.text}” is not understood`)
  }

  #named(name: string): Expression {
    if (name === "value") return (scope) => scope.value
    if (name === "value_json") return (scope) => scope.json()
    if (constants.has(name)) {
      const value = constants.get(name)
      return () => value
    }
    // Home Assistant has `float(x)` and `int(x)` beside the filters of the same names.
    if ((name === "float" || name === "int") && this.#take("(") !== undefined) {
      const [first, ...others] = this.#arguments()
      if (first === undefined) throw new Unreadable(`${name}() needs a value`)
      return filtered(name, first, others)
    }
    throw new Unreadable(`“${name}” is not understood`)
  }
}

/** Understands an expression; throws `Unreadable` where it cannot. */
export const expressionOf = (text: string): Expression => new Parsing(tokensOf(text)).whole()

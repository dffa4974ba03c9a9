import type { Message } from "@wattkit/core"
import * as fc from "fast-check"
import { formats } from "../src/index.ts"

/** A change to bytes: where, as a share of their length, what is done there, and with what. */
interface Mutation {
  readonly what: "set" | "insert" | "remove" | "repeat" | "cut" | "token"
  readonly where: number
  readonly value: number
}

/** What payloads break at: numbers beyond every bound, nesting, and names objects have of their own. */
const tokens = [
  "null",
  "1e999",
  "-1e-999",
  "NaN",
  "9007199254740993",
  "99999999999999999999999999",
  '"__proto__":1,',
  '"constructor":{"a":1},',
  "[".repeat(60),
  '{"a":'.repeat(60),
  "/".repeat(40),
  "0-0:1.0.0(",
  "\u0000\uFEFF",
  "\\uD800",
  "{{ value_json.x | float }}",
  ",=\\ \n",
  "nan".repeat(30),
  "9".repeat(400),
  "(".repeat(200),
  " ".repeat(300)
].map((token) => new TextEncoder().encode(token))

const mutation: fc.Arbitrary<Mutation> = fc.record({
  what: fc.constantFrom("set", "insert", "remove", "repeat", "cut", "token"),
  where: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.integer({ min: 0, max: 255 })
})

const joined = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const mutated = (bytes: Uint8Array, { value, what, where }: Mutation): Uint8Array => {
  const at = Math.floor(where * bytes.length)
  const before = bytes.subarray(0, at)
  const after = bytes.subarray(at)
  switch (what) {
    case "set":
      return joined(before, Uint8Array.of(value), after.subarray(1))
    case "insert":
      return joined(before, Uint8Array.of(value), after)
    case "remove":
      return joined(before, after.subarray(1 + (value % 16)))
    case "repeat":
      return joined(before, after.subarray(0, value), after)
    case "cut":
      return before
    case "token":
      return joined(before, tokens[value % tokens.length]!, after)
  }
}

const examples = formats.flatMap(({ words }) => words.examples)
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Values and names that a member of JSON seldom has. */
const odd: ReadonlyArray<unknown> = [
  null,
  true,
  "",
  "abc",
  "1e400",
  "0x10",
  "12.5",
  -0,
  1e308,
  -1e308,
  1e-320,
  2 ** 53,
  [],
  [1, null, "2"],
  [[[[[[1]]]]]],
  {},
  { value: 1 },
  { a: { b: { c: { d: { e: { f: 1 } } } } } },
  "x".repeat(300),
  "2026-02-30T25:61:61Z",
  "9999-12-31T23:59:59Z",
  JSON.parse('{"__proto__":{"power":1}}')
]
const oddNames = [
  "__proto__",
  "constructor",
  "toString",
  "length",
  "",
  "a/b",
  "~1",
  "power",
  "0",
  "x".repeat(200)
]

/** A change to a member somewhere in JSON: another value, another name, or one more member. */
interface Change {
  readonly way: ReadonlyArray<number>
  readonly what: "replace" | "rename" | "add" | "remove"
  readonly value: number
}

const change: fc.Arbitrary<Change> = fc.record({
  way: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
  what: fc.constantFrom("replace", "rename", "add", "remove"),
  value: fc.nat(200)
})

const own = (name: string, value: unknown): PropertyDescriptor & { readonly name: string } => ({
  name,
  value,
  enumerable: true,
  writable: true,
  configurable: true
})

const changed = (json: unknown, { value, way, what }: Change): unknown => {
  if (typeof json !== "object" || json === null) return odd[value % odd.length]
  const names = Object.keys(json)
  const [step = 0, ...rest] = way
  const name = names[step % Math.max(1, names.length)]
  const copy: object = Array.isArray(json) ? [] : {}
  const set = (key: string, put: unknown) => Object.defineProperty(copy, key, own(key, put))
  for (const key of names) {
    const member: unknown = Reflect.get(json, key)
    if (key !== name) set(key, member)
    else if (rest.length > 0 && typeof member === "object")
      set(key, changed(member, { value, what, way: rest }))
    else if (what === "replace") set(key, odd[value % odd.length])
    else if (what === "rename") set(Array.isArray(json) ? key : oddNames[value % oddNames.length]!, member)
    else if (what === "add") {
      set(key, member)
      if (!Array.isArray(json)) set(oddNames[value % oddNames.length]!, odd[(value * 7) % odd.length])
    }
  }
  return copy
}

const structured = examples.flatMap(({ payload, topic }) => {
  try {
    const json: unknown = JSON.parse(payload)
    return [{ topic, json }]
  } catch {
    return []
  }
})

const anyPayload: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...examples).map(({ payload }) => encoder.encode(payload)) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }).map((text) => encoder.encode(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) }
)

const untouched: fc.Arbitrary<Array<Mutation>> = fc.constant([])

const receivedAt = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 })

const messageOf = (topic: string, payload: Uint8Array, isRetained: boolean, at: number): Message => ({
  carrier: "mqtt",
  topic,
  payload,
  receivedAt: at as Message["receivedAt"],
  isRetained
})

/** Messages as they are documented, with bytes broken in every way. */
const brokenBytes: fc.Arbitrary<Message> = fc
  .record({
    example: fc.constantFrom(...examples),
    payload: fc.option(anyPayload, { nil: undefined, freq: 3 }),
    mutations: fc.array(mutation, { maxLength: 6 }),
    topicMutations: fc.oneof({ weight: 3, arbitrary: untouched }, fc.array(mutation, { maxLength: 3 })),
    isRetained: fc.boolean(),
    receivedAt
  })
  .map(({ example, isRetained, mutations, payload, receivedAt, topicMutations }) => {
    const topic = decoder.decode(topicMutations.reduce(mutated, encoder.encode(example.topic)))
    const bytes = mutations.reduce(mutated, payload ?? encoder.encode(example.payload))
    return messageOf(topic, bytes, isRetained, receivedAt)
  })

/** Messages that are JSON still, but not what was documented. */
const brokenMembers: fc.Arbitrary<Message> = fc
  .record({
    example: fc.constantFrom(...structured),
    changes: fc.array(change, { minLength: 1, maxLength: 6 }),
    isRetained: fc.boolean(),
    receivedAt
  })
  .map(({ changes, example, isRetained, receivedAt }) => {
    const text = JSON.stringify(changes.reduce(changed, example.json))
    return messageOf(example.topic, encoder.encode(text), isRetained, receivedAt)
  })

/** Broken messages, most of which still reach into the middle of a reader. */
export const brokenMessage: fc.Arbitrary<Message> = fc.oneof(brokenBytes, brokenMembers)

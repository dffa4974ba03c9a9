import { assert } from "@effect/vitest"
import { AlreadyExists, NotFound } from "@wattkit/core"
import * as Effect from "effect/Effect"

/** Asserts that the effect fails because the id is taken. */
export const assertTaken = <A, E, R>(
  what: AlreadyExists["what"],
  id: string,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<void, A, R> =>
  Effect.map(Effect.flip(effect), (error) => {
    if (!(error instanceof AlreadyExists)) return assert.fail(`not AlreadyExists: ${String(error)}`)
    assert.deepStrictEqual([error.what, error.id], [what, id])
  })

/** Asserts that the effect fails because there is no such thing. */
export const assertMissing = <A, E, R>(
  what: NotFound["what"],
  id: string,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<void, A, R> =>
  Effect.map(Effect.flip(effect), (error) => {
    if (!(error instanceof NotFound)) return assert.fail(`not NotFound: ${String(error)}`)
    assert.deepStrictEqual([error.what, error.id], [what, id])
  })

/** Names that go wrong where text is cut, folded, trimmed or taken for a pattern. */
export const awkwardNames: ReadonlyArray<string> = [
  "Zähler im Keller",
  "कुटीर ⚡️ 👩‍👩‍👧 e\u0301",
  " leading and trailing ",
  "'; drop table devices; --",
  '100 % _ \\ \\0 " $1 :x ?',
  "line\nbreak\ttab\u0001",
  "x".repeat(200)
]

/** Names no text column can hold as they are: a NUL, and halves of surrogate pairs. */
export const unstorableNames: ReadonlyArray<string> = ["a\0b", "\ud800", "x\udc00y"]

/** What may come back for an unstorable name: itself, or itself with U+FFFD where it could not be kept. */
export const storedName = (name: string): ReadonlyArray<string> => [
  name,
  name.replaceAll("\0", "\ufffd").toWellFormed()
]

/** Suffixes of ids in their order: by code, not as a dictionary sorts them. */
export const orderedSuffixes: ReadonlyArray<string> = [
  "-1",
  ".1",
  "10",
  "9",
  ":1",
  "A",
  "Z",
  "_1",
  "a",
  "aA",
  "aa",
  "b",
  "z"
]

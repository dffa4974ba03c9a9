import { Effect } from "effect"
import { digestOf, lettersOf } from "../secret.ts"
import { sameText } from "./sameBytes.ts"

const count = 10
const length = 16

/** What is typed may be in capitals, with other signs between, and with letters that look like digits. */
const plain = (typed: string): string =>
  typed.slice(0, 64).toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1")

const digest = (code: string): Effect.Effect<string> => Effect.promise(() => digestOf(plain(code)))

/**
 * Makes ten codes that open the door once each when the authenticator is lost, in four groups of four
 * letters. Each has 80 random bits, so that its digest may be kept as it is.
 */
export const make = (): ReadonlyArray<string> =>
  Array.from({ length: count }, () =>
    lettersOf(crypto.getRandomValues(new Uint8Array(length))).replaceAll(/(.{4})(?=.)/g, "$1-")
  )

/** What is kept of codes. */
export const digestsOf = (codes: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.forEach(codes, digest)

/** The digests that are left once a code was used; undefined when it is none of these. */
export const use = (
  digests: ReadonlyArray<string>,
  typed: string
): Effect.Effect<ReadonlyArray<string> | undefined> =>
  Effect.map(digest(typed), (used) => {
    const left = digests.filter((kept) => !sameText(kept, used))
    return left.length === digests.length ? undefined : left
  })

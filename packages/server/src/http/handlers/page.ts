import { defaultLimit, type Meta } from "@wattkit/api"
import { Malformed } from "@wattkit/transport-http"
import { Effect } from "effect"
import { answer, type Answered, type Known, type Success } from "../answer.ts"

/** The query of a list, as the contract decoded it. */
export interface PageQuery {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** How the entries of a list are named in its cursors. */
export interface Keys<A, K> {
  readonly read: (text: string) => K | undefined
  readonly write: (entry: A) => string
}

/** A cursor says nothing to its bearer, so that what it is made of can change. */
const cursorOf = (key: string): string => Buffer.from(key).toString("base64url")

/** A value of the query that fits the contract and still makes no sense. */
export const invalid = (field: string, reason: string): Malformed =>
  new Malformed({ message: `${field} ${reason}`, details: [{ field, reason }] })

const keyOf = <K>(cursor: string, read: (text: string) => K | undefined): Effect.Effect<K, Malformed> =>
  Effect.suspend(() => {
    const text = Buffer.from(cursor, "base64url").toString()
    const key = cursorOf(text) === cursor ? read(text) : undefined
    return key === undefined ? Effect.fail(invalid("cursor", "is not a cursor")) : Effect.succeed(key)
  })

/** The part of a list that a cursor and a limit ask for. */
export interface Part<K> {
  readonly after: K | undefined
  readonly limit: number
}

/** Entries of a list, and what else their answer says of itself. */
interface Told<A> {
  readonly entries: ReadonlyArray<A>
  readonly about: Partial<Meta>
}

/**
 * Answers one page of a list that says more of itself than its entries. One entry more than asked for is
 * read, which tells whether another page follows.
 */
export const answerTold = <A, K, E extends Known, R>(
  query: PageQuery,
  keys: Keys<A, K>,
  list: (page: Part<K>) => Effect.Effect<Told<A>, E, R>
): Effect.Effect<Success<ReadonlyArray<A>>, Answered<E | Malformed>, R> =>
  answer<Told<A>, E | Malformed, R>(
    Effect.gen(function* () {
      const limit = query.limit ?? defaultLimit
      const after = query.cursor === undefined ? undefined : yield* keyOf(query.cursor, keys.read)
      const { about, entries } = yield* list({ after, limit: limit + 1 })
      const last = entries.length > limit ? entries[limit - 1] : undefined
      const next = last === undefined ? {} : { nextCursor: cursorOf(keys.write(last)) }
      return { entries: entries.slice(0, limit), about: { ...about, ...next } }
    })
  ).pipe(
    Effect.map(({ data, meta, ...rest }) => ({
      ...rest,
      data: data.entries,
      meta: { ...meta, ...data.about }
    }))
  )

/** Answers one page of a list. */
export const answerPage = <A, K, E extends Known, R>(
  query: PageQuery,
  keys: Keys<A, K>,
  list: (page: Part<K>) => Effect.Effect<ReadonlyArray<A>, E, R>
): Effect.Effect<Success<ReadonlyArray<A>>, Answered<E | Malformed>, R> =>
  answerTold(query, keys, (page) => Effect.map(list(page), (entries) => ({ entries, about: {} })))

/**
 * The part of a list to answer: at most `limit` entries that follow the id `after`. Lists are ordered by id.
 */
export interface Page<Id extends string> {
  readonly after?: Id | undefined
  readonly limit: number
}

/** The page of `entries`, which stand in any order. */
export const take = <Id extends string, A extends { readonly id: Id }>(
  entries: Iterable<A>,
  page: Page<Id>
): ReadonlyArray<A> =>
  [...entries]
    .filter((entry) => page.after === undefined || entry.id > page.after)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, page.limit)

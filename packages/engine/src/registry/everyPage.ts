import type { Page } from "@wattkit/core"
import { Effect } from "effect"

/** So many entries are read at once. */
const pageOf = 500

/** Everything a list holds, read page by page. */
export const everyPage = Effect.fnUntraced(function* <A extends { readonly id: string }, E, R>(
  list: (page: Page<A["id"]>) => Effect.Effect<ReadonlyArray<A>, E, R>
) {
  const all: Array<A> = []
  let after: A["id"] | undefined
  for (;;) {
    const page: ReadonlyArray<A> = yield* list({ after, limit: pageOf })
    all.push(...page)
    after = page.at(-1)?.id
    if (page.length < pageOf) return all as ReadonlyArray<A>
  }
})

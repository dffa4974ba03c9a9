import type { DeadLetter, DeadLetterReason, DeadLetterStore, FormatId, TenantId } from "@wattkit/core"
import { Effect } from "effect"

/** Which letters are shown. */
export interface LetterFilter {
  readonly format?: FormatId | undefined
  readonly subject?: string | undefined
  readonly reason?: DeadLetterReason | undefined
}

/** Which of the waiting letters are meant: by their ids, or all of a kind, those after `after`. */
export type LetterChoice =
  | { readonly ids: ReadonlyArray<string> }
  | (LetterFilter & { readonly ids?: undefined; readonly after?: string | undefined })

/** So many letters are settled by one request. */
export const mostLetters = 1_000

/** The letters of a choice that wait, and after which to go on when there are more. */
export interface Chosen {
  readonly letters: ReadonlyArray<DeadLetter>
  readonly next: string | null
}

/** Finds the letters that somebody means. */
export const chooseLetters = Effect.fnUntraced(function* (
  store: DeadLetterStore,
  tenantId: TenantId,
  choice: LetterChoice
) {
  if (choice.ids !== undefined) {
    const found = yield* store.get(tenantId, choice.ids)
    const chosen: Chosen = { letters: found.filter(({ settled }) => settled === null), next: null }
    return chosen
  }
  const page = { ...choice, limit: mostLetters + 1, waiting: true }
  const found = yield* store.list(tenantId, page)
  const letters = found.slice(0, mostLetters)
  const chosen: Chosen = { letters, next: found.length > mostLetters ? (letters.at(-1)?.id ?? null) : null }
  return chosen
})

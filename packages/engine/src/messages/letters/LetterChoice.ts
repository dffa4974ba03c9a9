import type {
  DeadLetter,
  DeadLetterReason,
  DeadLetterStore,
  DeviceId,
  FormatId,
  Principal,
  StorageError
} from "@wattkit/core"
import { Effect } from "effect"
import type { Visible } from "../../access/visible.ts"
import { nativeTopicOf } from "../native/native.ts"

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

/**
 * The one device a letter speaks of: the one that sent it, or the one its topic names. What a program sent in
 * the format of somebody else may speak of many.
 */
const deviceIdOf = ({ deviceId, format, message }: DeadLetter): DeviceId | undefined =>
  deviceId ?? (format === null ? nativeTopicOf(message.topic)?.deviceId : undefined)

type LetterList = Parameters<DeadLetterStore["list"]>[1]

/** Lists letters; who is held to locations sees those of devices they reach. */
export const listLetters = (
  store: DeadLetterStore,
  visible: Visible,
  principal: Principal,
  page: LetterList
): Effect.Effect<ReadonlyArray<DeadLetter>, StorageError> =>
  principal.locations === null
    ? store.list(principal.tenantId, page)
    : visible.page(principal, page, {
        list: (part) => store.list(principal.tenantId, { ...page, ...part }),
        cursorOf: ({ id }) => id,
        deviceIdOf
      })

/** Finds the letters that somebody means. */
export const chooseLetters = Effect.fnUntraced(function* (
  store: DeadLetterStore,
  visible: Visible,
  principal: Principal,
  choice: LetterChoice
) {
  if (choice.ids !== undefined) {
    const found = yield* store.get(principal.tenantId, choice.ids)
    const waiting = found.filter(({ settled }) => settled === null)
    const letters =
      principal.locations === null ? waiting : yield* visible.among(principal, waiting, deviceIdOf)
    const chosen: Chosen = { letters, next: null }
    return chosen
  }
  const page = { ...choice, limit: mostLetters + 1, waiting: true }
  const found = yield* listLetters(store, visible, principal, page)
  const letters = found.slice(0, mostLetters)
  const chosen: Chosen = { letters, next: found.length > mostLetters ? (letters.at(-1)?.id ?? null) : null }
  return chosen
})

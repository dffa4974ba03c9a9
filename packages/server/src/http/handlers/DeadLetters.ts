import { Api, CurrentPrincipal, type DeadLetterChoice } from "@wattkit/api"
import type { DeadLetter } from "@wattkit/core"
import { type LetterChoice, Messages } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../answer.ts"
import { answerPage } from "./page.ts"

const keys = {
  read: (text: string) => (/^[0-9a-z_]{1,64}$/.test(text) ? text : undefined),
  write: (one: { readonly id: string }) => one.id
}

/** So much of a payload is shown. */
const shownBytes = 4096

/** The beginning of a payload, as text where it is one. */
const shownOf = (payload: Uint8Array) => {
  const shown = payload.subarray(0, shownBytes)
  const isTruncated = shown.length < payload.length
  const about = { bytes: payload.length, isTruncated }
  try {
    // A character that is cut in two is left out; one that is none is not text.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(shown, { stream: isTruncated })
    return { payload: text, encoding: "text" as const, ...about }
  } catch {
    return { payload: Buffer.from(shown).toString("base64"), encoding: "base64" as const, ...about }
  }
}

const viewOf = ({ message, tenantId: _, ...letter }: DeadLetter) => {
  const { carrier, payload, receivedAt, topic } = message
  return { ...letter, carrier, topic, receivedAt, ...shownOf(payload) }
}

/** The contract has made sure that ids stand alone. */
const choiceOf = ({ ids, ...kind }: typeof DeadLetterChoice.Type): LetterChoice =>
  ids === undefined ? kind : { ids }

/** Shows dead letters and settles them. */
export const layer = HttpApiBuilder.group(
  Api,
  "deadLetters",
  Effect.fn(function* (handlers) {
    const messages = yield* Messages
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const { format, reason, show, subject } = query
        return yield* answerPage(query, keys, (page) =>
          Effect.map(
            messages.letters(principal, { ...page, format, reason, subject, waiting: show === "waiting" }),
            (found) => found.map(viewOf)
          )
        )
      }),
      replay: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(messages.replay(principal, choiceOf(payload)))
      }),
      drop: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(messages.drop(principal, choiceOf(payload)))
      })
    })
  })
)

import { Api, CurrentPrincipal } from "@wattkit/api"
import { type BindingKey, FormatId, Subject } from "@wattkit/core"
import { Messages } from "@wattkit/engine"
import { Effect, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../answer.ts"
import { answerPage } from "./page.ts"

const isFormat = Schema.is(FormatId)
const isSubject = Schema.is(Subject)

/** A format has no space in its name, so the first one ends it. */
const keys = {
  read: (text: string): BindingKey | undefined => {
    const space = text.indexOf(" ")
    const [format, subject] = [text.slice(0, Math.max(0, space)), text.slice(space + 1)]
    return isFormat(format) && isSubject(subject) ? { format, subject } : undefined
  },
  write: ({ format, subject }: BindingKey) => `${format} ${subject}`
}

/** Answers for bindings. */
export const layer = HttpApiBuilder.group(
  Api,
  "bindings",
  Effect.fn(function* (handlers) {
    const messages = yield* Messages
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const { deviceId } = query
        return yield* answerPage(query, keys, (page) => messages.bindings(principal, { ...page, deviceId }))
      }),
      set: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(messages.bind(principal, payload))
      }),
      remove: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.map(messages.unbind(principal, query), (removed) => ({ removed })))
      })
    })
  })
)

import { Api, CurrentPrincipal } from "@wattkit/api"
import { Formats, Messages } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../answer.ts"

/** Shows the formats that are read, and who was heard in them. */
export const layer = HttpApiBuilder.group(
  Api,
  "formats",
  Effect.fn(function* (handlers) {
    const formats = yield* Formats
    const messages = yield* Messages
    const views = formats.map(({ id, topics, words }) => ({ id, topics, ...words }))
    return handlers.handleAll({
      list: () => answer(Effect.succeed(views)),
      heard: Effect.fnUntraced(function* () {
        const principal = yield* CurrentPrincipal
        return yield* answer(messages.seen(principal))
      })
    })
  })
)

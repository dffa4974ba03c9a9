import { Api, CurrentPrincipal } from "@wattkit/api"
import type { DeviceId, Quarantined, QuarantineReason } from "@wattkit/core"
import { Quarantine, type QuarantineChoice } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../answer.ts"
import { answerPage, invalid } from "./page.ts"

const keys = {
  read: (text: string) => (/^[0-9a-z_]{1,64}$/.test(text) ? text : undefined),
  write: (one: { readonly id: string }) => one.id
}

const viewOf = ({ id, reading, reason, receivedAt, settled }: Quarantined) => {
  const { deviceId, ...said } = reading
  return { id, deviceId, reading: said, reason, receivedAt, settled }
}

/** The contract has made sure that it is one of the two. */
const choiceOf = ({
  deviceId,
  ids,
  reason
}: {
  readonly ids?: ReadonlyArray<string> | undefined
  readonly deviceId?: DeviceId | undefined
  readonly reason?: QuarantineReason | undefined
}) => {
  if (ids !== undefined) return Effect.succeed<QuarantineChoice>({ ids })
  return deviceId === undefined
    ? Effect.fail(invalid("ids", "is missing"))
    : Effect.succeed<QuarantineChoice>({ deviceId, reason })
}

/** Shows what waits in quarantine and settles it. */
export const layer = HttpApiBuilder.group(
  Api,
  "quarantine",
  Effect.fn(function* (handlers) {
    const quarantine = yield* Quarantine
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const { deviceId, show } = query
        return yield* answerPage(query, keys, (page) =>
          Effect.map(
            quarantine.list(principal, { ...page, deviceId, waiting: show === "waiting" }),
            (found) => found.map(viewOf)
          )
        )
      }),
      release: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        const released = Effect.flatMap(choiceOf(payload), (choice) =>
          quarantine.release(principal, choice, payload.shiftMs)
        )
        return yield* answer(released)
      }),
      drop: Effect.fnUntraced(function* ({ payload }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(
          Effect.flatMap(choiceOf(payload), (choice) => quarantine.drop(principal, choice))
        )
      }),
      clock: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(quarantine.clock(principal, params.id))
      })
    })
  })
)

import { Api, type AuditEntryView, CurrentPrincipal } from "@wattkit/api"
import type { AuditEntry } from "@wattkit/core"
import { Audit, AuditTrail } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { answerPage, invalid } from "../page.ts"

/** The number of an entry stands in a cursor. */
const keys = {
  read: (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined),
  write: ({ number }: { readonly number: number }) => String(number)
}

/** What was changed is JSON where it is kept. */
const viewOf = ({ tenantId: _, ...entry }: AuditEntry) => entry as typeof AuditEntryView.Type

const notedOf = Effect.fnUntraced(function* ({
  hash,
  number
}: {
  readonly hash?: string | undefined
  readonly number?: number | undefined
}) {
  if (hash === undefined && number === undefined) return undefined
  if (hash === undefined) return yield* invalid("hash", "comes with number")
  return number === undefined ? yield* invalid("number", "comes with hash") : { hash, number }
})

/** Answers what was done. */
export const layer = HttpApiBuilder.group(
  Api,
  "audit",
  Effect.fn(function* (handlers) {
    const audit = yield* Audit
    const trail = yield* AuditTrail
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const { action, by, subject } = query
        return yield* answerPage(query, keys, ({ after: before, limit }) =>
          Effect.map(audit.list(principal, { before, limit, action, by, subject }), (found) =>
            found.map(viewOf)
          )
        )
      }),
      verify: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(Effect.flatMap(notedOf(query), (noted) => trail.verify(principal, noted)))
      })
    })
  })
)

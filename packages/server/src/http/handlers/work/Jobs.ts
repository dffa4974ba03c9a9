import { Api, CurrentPrincipal, type JobView } from "@wattkit/api"
import { type Job, JobId } from "@wattkit/core"
import { Jobs, Personal } from "@wattkit/engine"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../../answer.ts"
import { answerPage } from "../page.ts"

const keys = {
  read: (text: string) => (/^[A-Za-z0-9._:-]{1,64}$/.test(text) ? JobId.make(text) : undefined),
  write: ({ id }: { readonly id: string }) => id
}

/** What a job was told is nobody's to see, and who runs it is of no use to anybody. */
const viewOf = ({ backOffMs: _, lease: __, payload: ___, tenantId: ____, ...job }: Job) =>
  job as typeof JobView.Type

/** Answers for what is done in the background. */
export const layer = HttpApiBuilder.group(
  Api,
  "jobs",
  Effect.fn(function* (handlers) {
    const jobs = yield* Jobs
    const personal = yield* Personal
    return handlers.handleAll({
      list: Effect.fnUntraced(function* ({ query }) {
        const principal = yield* CurrentPrincipal
        const { kind, queue, state } = query
        return yield* answerPage(query, keys, ({ after: before, limit }) =>
          Effect.map(jobs.list(principal, { before, limit, kind, queue, state }), (all) => all.map(viewOf))
        )
      }),
      get: Effect.fnUntraced(function* ({ params }) {
        return yield* answer(Effect.map(jobs.get(yield* CurrentPrincipal, params.id), viewOf))
      }),
      cancel: Effect.fnUntraced(function* ({ params }) {
        return yield* answer(Effect.map(jobs.cancel(yield* CurrentPrincipal, params.id), viewOf))
      }),
      retry: Effect.fnUntraced(function* ({ params }) {
        return yield* answer(Effect.map(jobs.retry(yield* CurrentPrincipal, params.id), viewOf))
      }),
      exportMe: Effect.fnUntraced(function* () {
        return yield* answer(Effect.map(personal.beginExport(yield* CurrentPrincipal), viewOf))
      })
    })
  })
)

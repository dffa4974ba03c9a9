import { Instant, JobId, type JobStore } from "@wattkit/core"
import { Effect } from "effect"
import { freshId } from "../../registry/freshId.ts"
import type { JobHandler } from "../JobKind.ts"

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The day of UTC whose run was due last: one that was missed while nobody ran is due still. */
const dueDay = (now: number, hour: number): number => Math.floor((now - hour * HOUR) / DAY)

/**
 * Makes what submits what is to be done each day. Every process does, and by the day in its key there is one
 * job for all of them; a process asks the store once a day.
 */
export const makeSubmitDaily = (store: JobStore, handlers: Iterable<JobHandler>) => {
  const daily = [...handlers].flatMap(({ daily, name, queue }) =>
    daily === undefined ? [] : [{ name, queue, ...daily }]
  )
  const submitted = new Map<string, number>()
  return Effect.gen(function* () {
    const now = yield* Instant.now
    for (const { draft, hour, name, queue } of daily) {
      const day = dueDay(now, hour)
      if (submitted.get(name) === day) continue
      const date = new Date(day * DAY).toISOString().slice(0, 10)
      const owner = { tenantId: null, userId: null, by: "server" } as const
      const about = { queue, kind: name, payload: null, priority: "low", ...draft } as const
      const id = JobId.make(freshId("job", now))
      const added = store.add({ id, ...owner, ...about, runAt: now, createdAt: now }, `${name} ${date}`)
      // It belongs to nobody, so there is nobody who could be missing.
      yield* Effect.catchTag(added, "NotFound", Effect.die)
      submitted.set(name, day)
    }
  })
}

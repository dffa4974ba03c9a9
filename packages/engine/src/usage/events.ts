import { type ChannelUsage, type Principal, type UsageQuery, UsageStore } from "@wattkit/core"
import { Effect } from "effect"
import { Invalid } from "../Invalid.ts"
import type { UsagePage } from "./question.ts"

/** Quarter hours that are read at once. */
const pageSize = 5_000
/** More quarter hours are not searched for one request. */
const mostSearched = 100_000

/** Finds the quarter hours in which a register did something else than advance. */
export const makeSearch = Effect.map(UsageStore, (store) =>
  Effect.fnUntraced(function* (
    tenantId: Principal["tenantId"],
    query: UsageQuery,
    { after, limit }: UsagePage
  ) {
    const found: Array<ChannelUsage> = []
    let from = after
    for (let searched = 0; searched < mostSearched; searched += pageSize) {
      const cells: ReadonlyArray<ChannelUsage> = yield* store.page(tenantId, {
        ...query,
        after: from,
        limit: pageSize
      })
      found.push(...cells.filter(({ events }) => events.length > 0))
      const last = cells.at(-1)
      if (last === undefined || cells.length < pageSize || found.length >= limit) {
        return found.slice(0, limit)
      }
      from = { deviceId: last.deviceId, channel: last.channel, start: last.within.start }
    }
    const reason = `bounds more than ${mostSearched} quarter hours; ask for less`
    return yield* new Invalid({ field: "from", reason })
  })
)

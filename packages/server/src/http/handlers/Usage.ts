import { Api, CurrentPrincipal } from "@wattkit/api"
import {
  ChannelName,
  type ChannelUsage,
  coverage,
  DeviceId,
  Energy,
  Instant,
  type Usage as UsageCell,
  type UsageCursor
} from "@wattkit/core"
import {
  type AskedTime,
  type HeatMapCell,
  Usage,
  type UsageAnswer,
  type UsageResolution,
  UsageRules
} from "@wattkit/engine"
import { Effect, Option, Result, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "../answer.ts"
import { answerTold } from "./page.ts"

const resolutions = {
  auto: "auto",
  "15m": "PT15M",
  "1h": "PT1H",
  "1d": "P1D",
  "1mo": "P1M",
  PT15M: "PT15M",
  PT1H: "PT1H",
  P1D: "P1D",
  P1M: "P1M"
} as const satisfies { readonly [asked: string]: UsageResolution | "auto" }

const energyOf = (energy: Energy.Energy | null): number | null =>
  energy === null ? null : Energy.toWh(energy)

const viewOf = (usage: UsageCell) => ({
  start: usage.within.start,
  end: usage.within.end,
  importedWh: energyOf(usage.imported),
  exportedWh: energyOf(usage.exported),
  estimatedWh: Energy.toWh(usage.estimated),
  coverage: coverage(usage),
  quality: usage.quality,
  events: usage.events
})

const usageView = (usage: UsageCell) => ({
  ...viewOf(usage),
  powerMinW: usage.powerMinW,
  powerMaxW: usage.powerMaxW,
  readings: usage.readings
})

const channelView = (usage: ChannelUsage) => ({
  deviceId: usage.deviceId,
  channel: usage.channel,
  ...usageView(usage)
})

const heatMapView = ({ date, hour, ...usage }: HeatMapCell) => ({ date, hour, ...viewOf(usage) })

const idOf = Schema.decodeUnknownOption(DeviceId)
const channelOf = Schema.decodeUnknownOption(ChannelName)

const instantOf = (text: string | undefined): Instant.Instant | undefined =>
  text === undefined || text.trim() === "" ? undefined : Result.getOrUndefined(Instant.make(Number(text)))

/** A cell is named by device, channel and start; none of them has a slash in it. */
const cells = {
  read: (text: string): UsageCursor | undefined => {
    const [device, name, at, ...more] = text.split("/")
    const start = instantOf(at)
    const [deviceId, channel] = [Option.getOrUndefined(idOf(device)), Option.getOrUndefined(channelOf(name))]
    return deviceId === undefined || channel === undefined || start === undefined || more.length > 0
      ? undefined
      : { deviceId, channel, start }
  },
  write: (cell: ReturnType<typeof channelView>) => `${cell.deviceId}/${cell.channel}/${cell.start}`
}

/** A cell of a total is named by its start. */
const totals = { read: instantOf, write: (cell: ReturnType<typeof usageView>) => String(cell.start) }

interface AskedQuery extends AskedTime {
  readonly exact?: "true" | "false" | undefined
}

const timeOf = ({ exact, from, period, to }: AskedQuery) => ({
  time: { period, from, to },
  exact: exact === "true"
})

const told = <A, B>({ cells, lagMs, resolution }: UsageAnswer<A>, view: (cell: A) => B) => ({
  entries: cells.map(view),
  about: { resolution, lagMs }
})

/** Answers what devices used and gave. */
export const layer = HttpApiBuilder.group(
  Api,
  "usage",
  Effect.fn(function* (handlers) {
    const usage = yield* Usage
    const rules = yield* UsageRules
    return handlers.handleAll({
      ofDevice: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        const of = { deviceId: params.id, channel: query.channel }
        const question = { of, ...timeOf(query), resolution: resolutions[query.resolution] }
        return yield* answerTold(query, cells, (page) =>
          Effect.map(usage.page(principal, { ...question, ...page }), (found) => told(found, channelView))
        )
      }),
      events: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        const question = { of: { deviceId: params.id, channel: query.channel }, ...timeOf(query) }
        return yield* answerTold(query, cells, (page) =>
          Effect.map(usage.events(principal, { ...question, ...page }), (found) => told(found, channelView))
        )
      }),
      ofLocation: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        const { groupBy, role } = query
        const asked = { ...timeOf(query), resolution: resolutions[query.resolution] }
        if (groupBy === "device") {
          const question = { of: { locationId: params.locationId, role }, ...asked }
          return yield* answerTold(query, cells, (page) =>
            Effect.map(usage.page(principal, { ...question, ...page }), (found) => told(found, channelView))
          )
        }
        const question = { of: { locationId: params.locationId, role: role ?? ("grid" as const) }, ...asked }
        return yield* answerTold(query, totals, ({ after, limit }) =>
          Effect.map(usage.total(principal, question), (found) => {
            const following = found.cells.filter(({ within }) => after === undefined || within.start > after)
            return told({ ...found, cells: following.slice(0, limit) }, usageView)
          })
        )
      }),
      heatMap: Effect.fnUntraced(function* ({ params, query }) {
        const principal = yield* CurrentPrincipal
        const of = { locationId: params.locationId, role: query.role ?? ("grid" as const) }
        const found = yield* answer(usage.heatMap(principal, { of, ...timeOf(query) }))
        const { about, entries } = told(found.data, heatMapView)
        return { ...found, data: entries, meta: { ...found.meta, ...about } }
      }),
      rules: Effect.fnUntraced(function* ({ params }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(rules.get(principal, params.id, params.channel))
      }),
      setRules: Effect.fnUntraced(function* ({ params, payload }) {
        const principal = yield* CurrentPrincipal
        return yield* answer(rules.set(principal, params.id, params.channel, payload))
      })
    })
  })
)

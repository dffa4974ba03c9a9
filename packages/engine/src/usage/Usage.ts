import {
  type ChannelUsage,
  type DeviceStore,
  type Interval,
  type KeptResolution,
  type LocationStore,
  type Principal,
  type ReadingStore,
  type StorageUpkeep,
  type Usage as UsageCell,
  UsageStore
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { Invalid } from "../Invalid.ts"
import { cellsIn, type UsageResolution } from "./asked.ts"
import { makeSearch } from "./events.ts"
import { type HeatMapCell, heatMapOf, heatMapSource } from "./heatMap.ts"
import { afterMonth, monthsWithin, sumMonths, sumTotalMonths } from "./months.ts"
import {
  makeAsking,
  makeResolve,
  queryOf,
  type UsageAnswer,
  type UsageFailure,
  type UsagePage,
  type UsageQuestion
} from "./question.ts"
import type { Reached } from "./reach.ts"

type TenantId = Principal["tenantId"]

/** So many cells one total has at most. */
export const mostCells = 10_000

/** The energy that devices used and gave, as it follows from what is stored of them. */
export class Usage extends Context.Service<
  Usage,
  {
    /** Cells that begin within the time asked about, by device, channel and start. */
    readonly page: (
      principal: Principal,
      question: UsageQuestion & UsagePage
    ) => Effect.Effect<UsageAnswer<ChannelUsage>, UsageFailure>
    /** The cells of all devices added up: one that another one contains and parts of a whole count once. */
    readonly total: (
      principal: Principal,
      question: UsageQuestion
    ) => Effect.Effect<UsageAnswer<UsageCell>, UsageFailure>
    /** The total by hours as the wall clock of the location shows them. */
    readonly heatMap: (
      principal: Principal,
      question: Omit<UsageQuestion, "resolution">
    ) => Effect.Effect<UsageAnswer<HeatMapCell>, UsageFailure>
    /** Quarter hours in which a register did something else than advance. */
    readonly events: (
      principal: Principal,
      question: Omit<UsageQuestion, "resolution"> & UsagePage
    ) => Effect.Effect<UsageAnswer<ChannelUsage>, UsageFailure>
  }
>()("@wattkit/engine/Usage") {
  static readonly layer: Layer.Layer<
    Usage,
    never,
    UsageStore | ReadingStore | StorageUpkeep | DeviceStore | LocationStore
  > = Layer.suspend(() => Layer.effect(Usage, make))
}

const requireFew = (within: Interval.Interval, resolution: UsageResolution) =>
  cellsIn(within, resolution) <= mostCells
    ? Effect.void
    : Effect.fail(
        new Invalid({
          field: "resolution",
          reason: `makes more than ${mostCells} cells of this time; choose a coarser one`
        })
      )

/** Reads cells and adds them up, as far as the store does not. */
const makeRead = Effect.gen(function* () {
  const store = yield* UsageStore

  /** Months are read as so many days as they have at most, and of one month more, which may not be whole. */
  const page = Effect.fnUntraced(function* (
    tenantId: TenantId,
    reached: Reached,
    within: Interval.Interval,
    resolution: UsageResolution,
    { after, limit }: UsagePage
  ) {
    if (reached.devices.length === 0) return []
    if (resolution !== "P1M") {
      return yield* store.page(tenantId, { ...queryOf(reached, within, resolution), after, limit })
    }
    const calendar = yield* reached.calendar
    const query = queryOf(reached, monthsWithin(within, calendar), "P1D")
    const [from, most] = [afterMonth(after, calendar), (limit + 1) * 31]
    const days = yield* store.page(tenantId, { ...query, after: from, limit: most })
    return sumMonths(days, calendar).slice(0, limit)
  })

  const total = Effect.fnUntraced(function* (
    tenantId: TenantId,
    reached: Reached,
    within: Interval.Interval,
    resolution: KeptResolution | "P1M"
  ) {
    if (reached.devices.length === 0) return []
    const deviceIds = reached.devices.map(({ id }) => id)
    if (resolution !== "P1M") return yield* store.total(tenantId, { deviceIds, within, resolution })
    const calendar = yield* reached.calendar
    const months = { deviceIds, within: monthsWithin(within, calendar), resolution: "P1D" } as const
    return sumTotalMonths(yield* store.total(tenantId, months), calendar)
  })

  return { page, total }
})

const make = Effect.gen(function* () {
  const resolve = yield* makeResolve
  const asking = yield* makeAsking
  const search = yield* makeSearch
  const read = yield* makeRead

  return Usage.of({
    page: Effect.fn("Usage.page")(function* (principal, question) {
      const { reached, resolution, within } = yield* resolve(principal, question, { outermostOnly: false })
      const cells = read.page(principal.tenantId, reached, within, resolution, question)
      return yield* asking(question.exact, resolution, cells)
    }),

    total: Effect.fn("Usage.total")(function* (principal, question) {
      const { reached, resolution, within } = yield* resolve(principal, question, { outermostOnly: true })
      yield* requireFew(within, resolution)
      const cells = read.total(principal.tenantId, reached, within, resolution)
      return yield* asking(question.exact, resolution, cells)
    }),

    heatMap: Effect.fn("Usage.heatMap")(function* (principal, question) {
      const asked = { ...question, resolution: "PT1H" } as const
      const { reached, within } = yield* resolve(principal, asked, { outermostOnly: true })
      yield* requireFew(within, "PT1H")
      const calendar = yield* reached.calendar
      const cells = Effect.map(
        read.total(principal.tenantId, reached, within, heatMapSource(within, calendar)),
        (usages) => heatMapOf(usages, within, calendar)
      )
      return yield* asking(question.exact, "PT1H", cells)
    }),

    events: Effect.fn("Usage.events")(function* (principal, question) {
      const asked = { ...question, resolution: "PT15M" } as const
      const { reached, within } = yield* resolve(principal, asked, { outermostOnly: false })
      const cells = search(principal.tenantId, queryOf(reached, within, "PT15M"), question)
      return yield* asking(question.exact, "PT15M", cells)
    })
  })
})

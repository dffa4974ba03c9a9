import {
  type ChannelUsage,
  type DeviceId,
  type Interval,
  type KeptResolution,
  mainChannel,
  type TenantId,
  type Usage,
  type UsageStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { usageStoreChecks } from "../usageStoreSuite.ts"
import { always, expectedSums } from "../usage/support.ts"
import { describeMistakes, type Mistake, type Wrong } from "./mistakes.fixture.ts"

const wholeTotal =
  "total counts a device by its main channel where that spoke, by the others where not, or as asked"

const DAY = 86_400_000
const QUARTER = 900_000

type Cells = ReadonlyArray<ChannelUsage>

/** Answers cells otherwise than they are. */
const paging = (
  right: UsageStore,
  change: (cells: Cells, resolution: KeptResolution) => Cells
): { readonly usage: Partial<UsageStore> } => ({
  usage: {
    page: (tenantId, query) =>
      Effect.map(right.page(tenantId, query), (cells) => change(cells, query.resolution))
  }
})

const each = (change: (cell: ChannelUsage) => ChannelUsage) => (cells: Cells) => cells.map(change)

/** Adds up the quarter hours of each channel to cells of its own. */
const summing =
  (of: KeptResolution, sum: (quarters: Cells) => Cells): Mistake["spoil"] =>
  ({ usage }) => ({
    usage: {
      page: (tenantId, query) =>
        query.resolution === of
          ? Effect.map(
              usage.page(tenantId, { ...query, resolution: "PT15M", limit: 1_000_000 }),
              (quarters) => sum(quarters).slice(0, query.limit)
            )
          : usage.page(tenantId, query)
    }
  })

const cellOf =
  (length: number) =>
  (instant: number): Interval.Interval => {
    const start = Math.floor(instant / length) * length
    return { start, end: start + length } as Interval.Interval
  }

/** Keeps cells as they were computed first, but for those that `isFresh` says are computed again. */
const caching = (
  isFresh: (start: number, touched: ReadonlyArray<number>, seen: ReadonlyArray<number>) => boolean
): Mistake["spoil"] => {
  const touched = new Map<DeviceId, Array<number>>()
  const seen = new Map<DeviceId, Array<number>>()
  const owners = new Map<DeviceId, TenantId>()
  const cells = new Map<string, ChannelUsage>()
  const add = (to: Map<DeviceId, Array<number>>, deviceId: DeviceId, at: number) =>
    to.set(deviceId, [...(to.get(deviceId) ?? []), at])
  return ({ readings, upkeep, usage }): Wrong => {
    const page: UsageStore["page"] = (tenantId, query) =>
      Effect.map(usage.page(tenantId, query), (fresh) =>
        fresh.map((cell) => {
          const key = `${cell.deviceId} ${cell.within.start} ${cell.within.end}`
          const kept = cells.get(key)
          const of = [touched.get(cell.deviceId) ?? [], seen.get(cell.deviceId) ?? []] as const
          if (kept !== undefined && !isFresh(cell.within.start, ...of)) return kept
          cells.set(key, cell)
          return cell
        })
      )
    const refresh = Effect.gen(function* () {
      for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
        for (const [deviceId, tenantId] of owners) {
          yield* page(tenantId, { deviceIds: [deviceId], within: always, resolution, limit: 1_000_000 })
        }
      }
      touched.clear()
      return yield* upkeep.refreshUsage
    })
    return {
      readings: {
        append: (tenantId, batch) => {
          for (const { at, deviceId } of batch) {
            owners.set(deviceId, tenantId)
            add(touched, deviceId, at)
            add(seen, deviceId, at)
          }
          return readings.append(tenantId, batch)
        }
      },
      usage: { page },
      upkeep: { refreshUsage: refresh }
    }
  }
}

const latest = (instants: ReadonlyArray<number>) => Math.max(...instants.slice(0, 1), -Infinity)

const doubled = (cell: ChannelUsage): ChannelUsage => ({
  ...cell,
  imported: (cell.imported === null ? null : cell.imported * 2) as ChannelUsage["imported"]
})

const anyOrder = "equals usage computed anew, in any order of readings, corrections and repeats"

const computing: Record<string, Mistake> = {
  "adds up days by UTC": {
    seenBy: "2026-01-10 in Asia/Kolkata has 24 hours",
    spoil: summing("P1D", (quarters) =>
      expectedSums(quarters, cellOf(DAY)).map((cell) => ({ ...quarters[0]!, ...cell }))
    )
  },
  "adds up days from hours of UTC": {
    seenBy: "a day that begins at half past an hour of UTC is summed from quarter hours",
    spoil: summing("P1D", (quarters) =>
      expectedSums(quarters, (instant) => {
        const { end, start } = cellOf(DAY)(Math.floor(instant / 3_600_000) * 3_600_000 + 5 * 3_600_000)
        const shift = 5.5 * 3_600_000
        return { start: start - shift, end: end - shift } as Interval.Interval
      }).map((cell) => ({ ...quarters[0]!, ...cell }))
    )
  },
  "sums floats": {
    seenBy:
      "quarter hours, hours and days of the same time have the same sum, whatever digits registers have",
    spoil: summing("PT1H", (quarters) =>
      expectedSums(
        quarters.map((cell) => ({ ...cell, imported: (cell.imported! / 1e6) as ChannelUsage["imported"] })),
        cellOf(3_600_000)
      ).map((cell) => ({ ...quarters[0]!, ...cell, imported: (cell.imported! * 1e6) as never }))
    )
  },
  "computes only the cells that readings lie in": {
    seenBy: "a reading that comes late divides the step it falls into",
    spoil: caching((start, touched) => touched.some((at) => cellOf(QUARTER)(at).start === start))
  },
  "computes no neighbour of what changed": {
    seenBy: anyOrder,
    spoil: caching((start, touched) => touched.some((at) => cellOf(QUARTER)(at).start === start))
  },
  "ignores what comes late": {
    seenBy: "a reading that comes late divides the step it falls into",
    spoil: caching((start, touched, seen) => touched.some((at) => at > start && at >= latest(seen)))
  },
  "books a reset twice": {
    seenBy: "a register that begins anew is booked once",
    spoil: ({ usage }) =>
      paging(
        usage,
        each((cell) => (cell.events.includes("reset") ? doubled(cell) : cell))
      )
  },
  "takes what is not known for none": {
    seenBy: "none is not the same as not known",
    spoil: ({ usage }) =>
      paging(
        usage,
        each((cell) => ({ ...cell, exported: cell.exported ?? (0 as never) }))
      )
  },
  "answers cells nothing is known of": {
    seenBy: "nothing is known of a device that never spoke",
    spoil: ({ usage }) => ({
      usage: {
        page: (tenantId, query) =>
          Effect.map(usage.page(tenantId, query), (cells) =>
            cells.length > 0
              ? cells
              : [{ deviceId: query.deviceIds[0]!, imported: null, readings: 0 } as ChannelUsage]
          )
      }
    })
  },
  "books a gap where it ends": {
    seenBy: "a gap is spread over the time it lasted, counts as estimated, and sums exactly",
    spoil: ({ usage }) =>
      paging(usage, (cells) =>
        cells.map((cell, i) => ({
          ...cell,
          imported: (i === cells.length - 1 ? cells.reduce((sum, one) => sum + one.imported!, 0) : 0) as never
        }))
      )
  },
  "counts a gap as measured": {
    seenBy: "covers what is measured: a gap longer than the rules allow is not",
    spoil: ({ usage }) =>
      paging(
        usage,
        each((cell) => ({ ...cell, coveredMs: cell.within.end - cell.within.start }))
      )
  },
  "tells an event on every cell of its day": {
    seenBy: "an event is told on the cell it was noticed in, in every resolution, once",
    spoil: ({ usage }) =>
      paging(usage, (cells) => cells.map((cell) => ({ ...cell, events: cells.flatMap((one) => one.events) })))
  }
}

const arriving: Record<string, Mistake> = {
  "still counts what was struck out": {
    seenBy: "a correction changes what follows from the reading, and striking it out too",
    spoil: ({ readings }) => ({
      readings: {
        correct: (tenantId, corrections) =>
          Effect.map(
            readings.correct(
              tenantId,
              corrections.filter(({ reading }) => reading !== null)
            ),
            () => corrections.map(() => "revised" as const)
          )
      }
    })
  },
  "counts what comes again": {
    seenBy: "what comes again changes nothing",
    spoil: ({ readings }) => ({
      readings: {
        append: (tenantId, batch) =>
          Effect.tap(readings.append(tenantId, batch), (told) => {
            const again = batch.filter((_, i) => told[i] === "duplicate")
            return readings.append(
              tenantId,
              again.map((reading) => ({ ...reading, at: (reading.at + QUARTER) as typeof reading.at }))
            )
          })
      }
    })
  },
  "computes by the zone there was first": {
    seenBy: "a location that changes its zone has the days of each zone in its time",
    spoil: () => ({ locations: { changeZone: () => Effect.void } })
  },
  "forgets rules of a channel that has not spoken": {
    seenBy: "rules set before the first reading hold for it",
    spoil: () => ({ usage: { setRules: () => Effect.void } })
  },
  "keeps usage of the rules before": {
    seenBy: "only the quantity of the basis counts, and another basis counts anew",
    spoil: caching(() => false)
  }
}

const asking: Record<string, Mistake> = {
  "begins a page with the cell it should follow": {
    seenBy: "pages in the order of device, channel and start, and pages joined are the whole",
    spoil: ({ usage }) => ({
      usage: {
        page: (tenantId, query) =>
          usage.page(tenantId, {
            ...query,
            after: query.after && { ...query.after, start: (query.after.start - 1) as never }
          })
      }
    })
  },
  "follows a cell by its start alone": {
    seenBy: "a page may follow a cell that is not there",
    spoil: ({ usage }) => ({
      usage: {
        page: (tenantId, { after, ...query }) =>
          Effect.map(usage.page(tenantId, query), (cells) =>
            cells.filter(({ within }) => after === undefined || within.start > after.start)
          )
      }
    })
  },
  "answers cells that begin before the interval": {
    seenBy: "the interval has the cells that begin in it, whole, and not the one that begins at its end",
    spoil: ({ usage }) => ({
      usage: {
        page: (tenantId, query) =>
          Effect.map(usage.page(tenantId, { ...query, within: always }), (cells) =>
            cells.filter(({ within }) => within.end > query.within.start && within.start < query.within.end)
          )
      }
    })
  },
  "shows usage of any tenant": {
    seenBy: "shows a tenant nothing of another's",
    spoil: ({ readings, usage }) => {
      const owners = new Map<DeviceId, TenantId>()
      return {
        readings: {
          append: (tenantId, batch) => {
            for (const { deviceId } of batch) owners.set(deviceId, tenantId)
            return readings.append(tenantId, batch)
          }
        },
        usage: {
          page: (tenantId, query) => usage.page(owners.get(query.deviceIds[0]!) ?? tenantId, query)
        }
      }
    }
  },
  "counts in total the phases beside the whole": {
    seenBy: wholeTotal,
    spoil: ({ usage }) => ({
      usage: {
        total: (tenantId, query) =>
          Effect.gen(function* () {
            const channels = new Set(
              (yield* usage.page(tenantId, { ...query, limit: 1_000_000 })).map(({ channel }) => channel)
            )
            const [first, ...others] = yield* Effect.forEach(channels, (channel) =>
              usage.total(tenantId, { ...query, channel: query.channel ?? channel })
            )
            return (first ?? []).map((cell, i) => ({
              ...cell,
              imported: others.reduce((sum, cells) => sum + (cells[i]?.imported ?? 0), cell.imported ?? 0)
            })) as ReadonlyArray<Usage>
          })
      }
    })
  },
  "counts in total nothing of a device whose main channel is silent": {
    seenBy: wholeTotal,
    spoil: ({ usage }) => ({
      usage: {
        total: (tenantId, query) => usage.total(tenantId, { ...query, channel: query.channel ?? mainChannel })
      }
    })
  },
  "covers in total what any channel covers": {
    seenBy: "total: energies are sums, covered is the least, quality and events are of any",
    spoil: ({ usage }) => ({
      usage: {
        total: (tenantId, query) =>
          Effect.map(usage.total(tenantId, query), (cells) =>
            cells.map((cell) => ({ ...cell, coveredMs: cell.within.end - cell.within.start }))
          )
      }
    })
  }
}

describeMistakes("the suite of usage stores sees an adapter that", usageStoreChecks, {
  ...computing,
  ...arriving,
  ...asking
})

import type { DeviceReading, ReadingStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { readingStoreChecks } from "../index.ts"
import { describeMistakes } from "./mistakes.fixture.ts"

const withPower = (reading: DeviceReading, powerW: number): DeviceReading => ({ ...reading, powerW })

/** Each is wrong in one way that a real adapter has been wrong in, and names the check that has to see it. */
const mistakes: Record<
  string,
  { readonly seenBy: string; readonly spoil: (right: ReadingStore) => Partial<ReadingStore> }
> = {
  "acknowledges and drops": {
    seenBy: "stores what it accepts",
    spoil: () => ({ append: (_, batch) => Effect.succeed(batch.map(() => "accepted")) })
  },
  "drops the last of a batch": {
    seenBy: "stores what it accepts",
    spoil: (right) => ({
      append: (tenantId, batch) =>
        Effect.map(right.append(tenantId, batch.slice(0, -1)), (told) => [
          ...told,
          ...batch.slice(-1).map(() => "accepted" as const)
        ])
    })
  },
  "calls a duplicate accepted": {
    seenBy: "the same batch twice changes nothing",
    spoil: (right) => ({
      append: (tenantId, batch) =>
        Effect.map(right.append(tenantId, batch), (told) =>
          told.map((one) => (one === "duplicate" ? "accepted" : one))
        )
    })
  },
  "sums what comes twice": {
    seenBy: "the same batch twice changes nothing",
    spoil: (right) => {
      const times = new Map<string, number>()
      return {
        append: (tenantId, batch) => {
          for (const { deviceId, at } of batch)
            times.set(`${deviceId} ${at}`, (times.get(`${deviceId} ${at}`) ?? 0) + 1)
          return right.append(tenantId, batch)
        },
        page: (tenantId, query) =>
          Effect.map(right.page(tenantId, query), (page) =>
            page.map((one) =>
              one.powerW === undefined
                ? one
                : { ...one, powerW: one.powerW * (times.get(`${query.deviceId} ${one.at}`) ?? 1) }
            )
          )
      }
    }
  },
  "answers the outcomes in the order of storing": {
    seenBy: "answers the outcomes in the order of the batch",
    spoil: (right) => ({
      append: (tenantId, batch) =>
        right.append(
          tenantId,
          [...batch].sort((a, b) => a.at - b.at)
        )
    })
  },
  "takes the last to arrive for the latest": {
    seenBy: "latest: the newest of every channel, also when an older one arrives later",
    spoil: (right) => {
      const last = new Map<string, DeviceReading>()
      return {
        append: (tenantId, batch) => {
          for (const one of batch) last.set(`${one.deviceId} ${one.channel}`, one)
          return right.append(tenantId, batch)
        },
        latest: (tenantId, deviceIds) =>
          Effect.map(right.latest(tenantId, deviceIds), (latest) =>
            latest.map((one) => last.get(`${one.deviceId} ${one.channel}`) ?? one)
          )
      }
    }
  },
  "has the end inside the interval": {
    seenBy: "page: the interval has its start and not its end",
    spoil: (right) => ({
      page: (tenantId, query) =>
        right.page(tenantId, {
          ...query,
          within: { ...query.within, end: (query.within.end + 1) as typeof query.within.end }
        })
    })
  },
  "begins a page with the reading it should follow": {
    seenBy: "page: `after` may lie between readings, before the interval and behind it",
    spoil: (right) => ({
      page: (tenantId, query) =>
        right.page(
          tenantId,
          query.after === undefined ? query : { ...query, after: (query.after - 1) as typeof query.after }
        )
    })
  },
  "scans only its first piece": {
    seenBy: "scan: all 3500 readings in order, and only those of the interval",
    spoil: (right) => ({ scan: (tenantId, query) => Stream.take(right.scan(tenantId, query), 1000) })
  },
  "keeps numbers as 32-bit floats": {
    seenBy: "keeps every double exactly, in every quantity and in extra, and in the latest too",
    spoil: (right) => ({
      append: (tenantId, batch) =>
        right.append(
          tenantId,
          batch.map((one) => withPower(one, Math.fround(one.powerW ?? 0)))
        )
    })
  },
  "forgets extra": {
    seenBy: "keeps the names of extra, also those that mean something to JavaScript, and an empty extra",
    spoil: (right) => ({
      append: (tenantId, batch) =>
        right.append(
          tenantId,
          batch.map(({ extra: _, ...one }) => one)
        )
    })
  },
  "stores a batch piece by piece": {
    seenBy: "an append that is given up is stored whole or not at all, and can be repeated",
    spoil: (right) => ({
      append: (tenantId, batch) =>
        Effect.forEach(batch, (one) =>
          Effect.tap(
            Effect.flatMap(right.append(tenantId, [one]), ([told]) => Effect.succeed(told!)),
            () => Effect.yieldNow
          )
        )
    })
  },
  "looks before it stores": {
    seenBy: "overlapping batches at once: no deadlock, each reading accepted exactly once",
    spoil: (right) => {
      const stored = new Set<string>()
      return {
        append: Effect.fnUntraced(function* (tenantId, batch) {
          const known = batch.map((one) => stored.has(`${one.deviceId} ${one.channel} ${one.at}`))
          yield* Effect.yieldNow
          for (const one of batch) stored.add(`${one.deviceId} ${one.channel} ${one.at}`)
          const told = yield* right.append(tenantId, batch)
          return told.map((one, i) => (one === "duplicate" && known[i] === false ? "accepted" : one))
        })
      }
    }
  }
}

describeMistakes(
  "the suite of reading stores sees an adapter that",
  readingStoreChecks(),
  Object.fromEntries(
    Object.entries(mistakes).map(([mistake, { seenBy, spoil }]) => [
      mistake,
      { seenBy, spoil: ({ readings }) => ({ readings: spoil(readings) }) }
    ])
  )
)

import { assert, describe, it } from "@effect/vitest"
import { Memory, ReadingBus, type StoredReadings } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { readingBusChecks } from "../readingBusSuite.ts"

/** A way to be wrong, and the check that has to see it. */
interface Mistake {
  readonly seenBy: string
  readonly spoil: (right: ReadingBus) => Partial<ReadingBus>
}

const unchanged = "carries news unchanged, in the order of publication"

const publishing =
  (change: (news: StoredReadings) => StoredReadings): Mistake["spoil"] =>
  (right) => ({ publish: (news) => right.publish(change(news)) })

const mistakes: Record<string, Mistake> = {
  "carries readings alone": {
    seenBy: unchanged,
    spoil: publishing(({ statuses: _, ...news }) => news)
  },
  "cuts long news": {
    seenBy: unchanged,
    spoil: publishing((news) => ({ ...news, readings: news.readings.slice(0, 200) }))
  },
  "rounds what it carries": {
    seenBy: unchanged,
    spoil: publishing((news) => ({
      ...news,
      readings: news.readings.map((one) => ({ ...one, powerW: Math.fround(one.powerW ?? 0) }))
    }))
  },
  "carries what comes together in the order of locations": {
    seenBy: unchanged,
    spoil: (right) => {
      const waiting: Array<StoredReadings> = []
      const sorted = () => waiting.splice(0).sort((a, b) => (a.locationId > b.locationId ? -1 : 1))
      return {
        publish: (news) =>
          Effect.suspend(() => {
            const isLast = news.readings[0]?.extra?.["flowLph"] === 0
            if (!isLast) waiting.push(news)
            return Effect.forEach(isLast ? [...sorted(), news] : [], right.publish, { discard: true })
          })
      }
    }
  },
  "carries to every tenant": {
    seenBy: "carries to every listener of the tenant and to no other tenant's",
    spoil: (right) => {
      const tenants = new Set<StoredReadings["tenantId"]>()
      return {
        publish: (news) =>
          Effect.forEach(tenants, (tenantId) => right.publish({ ...news, tenantId }), { discard: true }),
        listen: (tenantId, listener) => {
          tenants.add(tenantId)
          return right.listen(tenantId, listener)
        }
      }
    }
  },
  "goes on after the scope closed": {
    seenBy: "carries news to a listener from when it listens until its scope closes",
    spoil: (right) => ({
      listen: (tenantId, listener) => Scope.provide(right.listen(tenantId, listener), Scope.makeUnsafe())
    })
  },
  "listens with a function once": {
    seenBy: "calls a function as often as it listens",
    spoil: (right) => {
      const known = new Set<unknown>()
      return {
        listen: (tenantId, listener) =>
          known.has(listener)
            ? Effect.void
            : Effect.suspend(() => {
                known.add(listener)
                return right.listen(tenantId, listener)
              })
      }
    }
  },
  "tells who listens by now": {
    seenBy: "tells of a publication nobody who began or ended to listen because of it",
    spoil: () => {
      const listeners = new Set<{ readonly tell: (news: StoredReadings) => void }>()
      return {
        publish: (news) =>
          Effect.sync(() => {
            for (const { tell } of listeners) tell(news)
          }),
        listen: (_, tell) =>
          Effect.acquireRelease(
            Effect.sync(() => {
              const one = { tell }
              listeners.add(one)
              return one
            }),
            (one) => Effect.sync(() => listeners.delete(one))
          )
      }
    }
  },
  "fails with whoever listens": {
    seenBy: "lets no listener that throws disturb the others or the publisher",
    spoil: () => {
      const listeners: Array<(news: StoredReadings) => void> = []
      return {
        publish: (news) => Effect.sync(() => listeners.forEach((tell) => tell(news))),
        listen: (_, tell) => Effect.sync(() => listeners.push(tell))
      }
    }
  }
}

describe("the suite of buses sees one that", () => {
  for (const [mistake, { seenBy, spoil }] of Object.entries(mistakes)) {
    it.live(mistake, () =>
      Effect.gen(function* () {
        const check = readingBusChecks.find(({ name }) => name === seenBy)
        assert.isDefined(check, `there is no check named "${seenBy}"`)
        const right = yield* ReadingBus
        const wrong = ReadingBus.of({ ...right, ...spoil(right) })
        const exit = yield* Effect.exit(Effect.provideService(check.run, ReadingBus, wrong))
        assert.strictEqual(exit._tag, "Failure", `"${seenBy}" did not see it`)
      }).pipe(Effect.provide(Memory.layerBus))
    )
  }
})

import { ChannelName, DeviceId, type DeviceReading, Instant, type LiveNews, LocationId } from "@wattkit/core"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { LiveLog, type LogBounds, usualLogBounds } from "./LiveLog.ts"

const reading = (device: string, at: number, powerW: number): DeviceReading => ({
  deviceId: DeviceId.make(device),
  channel: ChannelName.make("main"),
  at: Instant.Instant.make(at),
  powerW
})

const house = LocationId.make("house")
const shop = LocationId.make("shop")
const everything = () => true

const logOf = (over: Partial<LogBounds> = {}) => new LiveLog("s", { ...usualLogBounds, ...over })

const sequences = (news: ReadonlyArray<LiveNews>) => news.map((one) => one.sequence)

const said = (news: ReadonlyArray<LiveNews>) =>
  news.map((one) =>
    one.type === "ENERGY_UPDATE"
      ? [one.locationId, ...one.readings.map(({ deviceId, powerW }) => `${deviceId}=${powerW}`)]
      : one.type
  )

describe("LiveLog", () => {
  it("tells what was said since, the newest of each channel, one entry a location", () => {
    const log = logOf()
    const from = log.head
    log.addReadings(house, [reading("a", 1, 1), reading("b", 1, 2)], 0)
    log.addReadings(shop, [reading("c", 1, 3)], 0)
    log.addReadings(house, [reading("a", 2, 4)], 0)
    assert.deepStrictEqual(said(log.since(from, everything)), [
      ["house", "b=2", "a=4"],
      ["shop", "c=3"]
    ])
    assert.deepStrictEqual(said(log.since(from + 2, everything)), [["house", "a=4"]])
    assert.deepStrictEqual(log.since(log.head, everything), [])
  })

  it("gives each entry the sequence up to which nothing is missing", () => {
    const log = logOf()
    const from = log.head
    log.addReadings(house, [reading("a", 1, 1)], 0)
    log.addReadings(shop, [reading("c", 1, 3)], 0)
    log.addReadings(house, [reading("b", 2, 4)], 0)
    assert.deepStrictEqual(sequences(log.since(from, everything)), [from + 1, from + 3])
    // Who saw the house only has not seen the shop, and b of the house comes once more.
    assert.deepStrictEqual(said(log.since(from + 1, everything)), [
      ["shop", "c=3"],
      ["house", "b=4"]
    ])
  })

  it("takes no reading that is older than what it knows of the channel", () => {
    const log = logOf()
    log.addReadings(house, [reading("a", 5, 1)], 0)
    assert.isUndefined(log.addReadings(house, [reading("a", 4, 2)], 0))
    const mixed = log.addReadings(house, [reading("a", 3, 3), reading("b", 3, 4)], 0)
    assert.deepStrictEqual(said([mixed!]), [["house", "b=4"]])
  })

  it("forgets by count, bytes and age, and knows what it forgot", () => {
    for (const [over, now] of [
      [{ count: 2 }, 0],
      [{ bytes: 700 }, 0],
      [{ ageMs: 1000 }, 500]
    ] as const) {
      const log = logOf(over)
      const start = log.head
      log.addReadings(house, [reading("a", 1, 1)], 0)
      assert.isTrue(log.covers(start))
      log.addReadings(house, [reading("b", 1, 1)], now)
      log.addReadings(house, [reading("c", 1, 1)], now + 1000)
      assert.isFalse(log.covers(start))
      assert.isTrue(log.covers(start + 1))
      assert.deepStrictEqual(said(log.since(start + 1, everything)), [["house", "b=1", "c=1"]])
    }
  })

  it("lets nobody go on across a gap, or from what it never said", () => {
    const log = logOf()
    log.addReadings(house, [reading("a", 1, 1)], 0)
    const before = log.head
    log.gap()
    assert.isFalse(log.covers(before))
    assert.isTrue(log.covers(log.head))
    assert.isFalse(log.covers(log.head + 1))
    assert.isFalse(log.covers(0))
  })

  it("tells statuses and other news beside readings", () => {
    const log = logOf()
    const from = log.head
    const status = { deviceId: DeviceId.make("a"), at: Instant.Instant.make(5), status: "offline" } as const
    log.addReadings(house, [reading("a", 1, 1)], 0)
    log.addStatus(house, status, 0)
    log.addTold({ type: "JOB_PROGRESS", locationId: null, key: "j", data: { done: 1 } }, 0)
    log.addTold({ type: "JOB_PROGRESS", locationId: null, key: "j", data: { done: 2 } }, 0)
    assert.isUndefined(log.addStatus(house, { ...status, at: Instant.Instant.make(4), status: "online" }, 0))
    assert.deepStrictEqual(log.since(from, everything).slice(1), [
      { type: "DEVICE_STATUS", sequence: from + 3, locationId: house, ...status },
      { type: "JOB_PROGRESS", sequence: from + 4, locationId: null, key: "j", data: { done: 2 } }
    ])
  })
})

/** What a reader holds: of each channel the reading with the latest instant, the later of two of the same. */
type State = Map<string, DeviceReading>

const hold = (state: State, readings: ReadonlyArray<DeviceReading>): void => {
  for (const one of readings) {
    const known = state.get(one.deviceId)
    if (known === undefined || known.at <= one.at) state.set(one.deviceId, one)
  }
}

const holdNews = (state: State, news: LiveNews): void => {
  if (news.type === "ENERGY_UPDATE") hold(state, news.readings)
}

type Move =
  | { readonly do: "say"; readonly house: boolean; readonly device: number; readonly at: number }
  | { readonly do: "leave" }
  | { readonly do: "return"; readonly takes: number }
  | { readonly do: "gap" }

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      house: fc.boolean(),
      device: fc.nat(5),
      at: fc.nat(8)
    })
  },
  { weight: 2, arbitrary: fc.constant({ do: "leave" } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("return" as const), takes: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant({ do: "gap" } as const) }
)

describe("whoever goes on from where it left", () => {
  it("ends with what a listener has that never left", () => {
    const run = (moves: ReadonlyArray<Move>, count: number) => {
      const log = logOf({ count })
      const stored: State = new Map()
      const unbroken: State = new Map()
      const flapping: State = new Map()
      let seen = 0
      let isThere = false
      let power = 0
      const comeBack = (takes: number): void => {
        if (!log.covers(seen)) {
          flapping.clear()
          hold(flapping, [...stored.values()])
          seen = log.head
          return
        }
        for (const news of log.since(seen, everything).slice(0, takes)) {
          holdNews(flapping, news)
          seen = news.sequence
        }
      }
      for (const one of moves) {
        if (one.do === "leave") isThere = false
        else if (one.do === "gap") log.gap()
        else if (one.do === "return") {
          comeBack(one.takes)
          isThere = seen === log.head
        } else {
          const place = one.house ? house : shop
          const said = reading(`${place}-${one.device}`, one.at, ++power)
          hold(stored, [said])
          const news = log.addReadings(place, [said], 0)
          if (news === undefined) continue
          holdNews(unbroken, news)
          if (!isThere || seen + 1 !== news.sequence) continue
          holdNews(flapping, news)
          seen = news.sequence
        }
      }
      comeBack(Number.POSITIVE_INFINITY)
      assert.deepStrictEqual(new Map([...flapping].sort()), new Map([...stored].sort()))
      assert.deepStrictEqual(new Map([...unbroken].sort()), new Map([...stored].sort()))
    }
    fc.assert(
      fc.property(fc.array(move, { maxLength: 80, size: "max" }), fc.integer({ min: 1, max: 12 }), run),
      {
        numRuns: 500
      }
    )
  })
})

import * as Chance from "../Chance.ts"
import type { DeviceReading, Instant } from "../Words.ts"
import { faulty } from "./Faulty.ts"
import type { Faulty } from "./Faulty.ts"
import type { Trigger } from "./Trigger.ts"

/** Struck readings never arrive. */
export const withGaps = (readings: Iterable<DeviceReading>, trigger: Trigger): Faulty =>
  faulty(readings, function* (note) {
    for (const reading of readings) {
      if (trigger(reading)) note("gap", reading)
      else yield reading
    }
  })

/** Struck readings carry the instant of a clock that is fast (or, below zero, slow) by so much. */
export const withClockSkew = (readings: Iterable<DeviceReading>, trigger: Trigger, skewMs: number): Faulty =>
  faulty(readings, function* (note) {
    for (const reading of readings) {
      if (trigger(reading)) {
        note("skew", reading)
        yield { ...reading, at: (reading.at + skewMs) as Instant }
      } else yield reading
    }
  })

interface Waiting {
  readonly due: number
  readonly reading: DeviceReading
}

/** Keeps the queue in the order in which its readings are due; equals stay in the order they came in. */
const enqueue = (queue: Array<Waiting>, due: number, reading: DeviceReading): void => {
  let place = queue.length
  while (place > 0 && (queue[place - 1]?.due ?? 0) > due) place--
  queue.splice(place, 0, { due, reading })
}

function* takeDue(queue: Array<Waiting>, now: number): Generator<DeviceReading> {
  for (let next = queue[0]; next !== undefined && next.due <= now; next = queue[0]) {
    queue.shift()
    yield next.reading
  }
}

/** Struck readings arrive once more, `afterMs` later. */
export const withDuplicates = (readings: Iterable<DeviceReading>, trigger: Trigger, afterMs = 0): Faulty =>
  faulty(readings, function* (note) {
    const queue: Array<Waiting> = []
    for (const reading of readings) {
      yield* takeDue(queue, reading.at)
      yield reading
      if (!trigger(reading)) continue
      note("duplicate", reading)
      if (afterMs === 0) yield reading
      else enqueue(queue, reading.at + afterMs, reading)
    }
    yield* takeDue(queue, Infinity)
  })

/**
 * Struck readings arrive when readings `delayMs` younger do; the delay may differ from reading to reading.
 */
export const withLateness = (
  readings: Iterable<DeviceReading>,
  trigger: Trigger,
  delayMs: number | ((reading: DeviceReading) => number)
): Faulty =>
  faulty(readings, function* (note) {
    const queue: Array<Waiting> = []
    for (const reading of readings) {
      yield* takeDue(queue, reading.at)
      if (trigger(reading)) {
        note("late", reading)
        enqueue(queue, reading.at + (typeof delayMs === "number" ? delayMs : delayMs(reading)), reading)
      } else yield reading
    }
    yield* takeDue(queue, Infinity)
  })

const shuffled = <A>(items: ReadonlyArray<A>, seed: number, block: number): Array<A> => {
  const keyed = items.map((item, index) => ({ item, order: Chance.unit(seed, block, index) }))
  return keyed.sort((a, b) => a.order - b.order).map(({ item }) => item)
}

/** Every `count` neighbours arrive in some order; labelled are those that something younger overtook. */
export const withDisorder = (readings: Iterable<DeviceReading>, seed: number, count: number): Faulty =>
  faulty(readings, function* (note) {
    let pending: Array<DeviceReading> = []
    let block = 0
    const release = function* (): Generator<DeviceReading> {
      let youngest = -Infinity
      for (const reading of shuffled(pending, seed, block++)) {
        if (reading.at < youngest) note("disorder", reading)
        youngest = Math.max(youngest, reading.at)
        yield reading
      }
      pending = []
    }
    for (const reading of readings) {
      pending.push(reading)
      if (pending.length === count) yield* release()
    }
    yield* release()
  })

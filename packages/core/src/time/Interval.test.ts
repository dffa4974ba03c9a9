import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import type { Instant } from "./Instant.ts"
import * as Interval from "./Interval.ts"

const interval = (start: number, end: number): Interval.Interval => ({
  start: start as Instant,
  end: end as Instant
})

const anyInterval = fc.tuple(fc.nat(40), fc.nat(12)).map(([start, length]) => interval(start, start + length))
const anyList = fc.array(anyInterval, { maxLength: 8 })

/** The plain model: the set of instants. */
const instantsOf = (list: ReadonlyArray<Interval.Interval>): ReadonlySet<number> => {
  const set = new Set<number>()
  for (const { end, start } of list) for (let at: number = start; at < end; at++) set.add(at)
  return set
}

const isNormal = (list: ReadonlyArray<Interval.Interval>): boolean =>
  list.every((it, index) => it.start < it.end && (index === 0 || (list[index - 1]?.end ?? 0) < it.start))

describe("Interval", () => {
  it("refuses an end before the start", () => {
    assert.isTrue(Result.isFailure(Interval.make(2 as Instant, 1 as Instant)))
    assert.isTrue(Result.isSuccess(Interval.make(2 as Instant, 2 as Instant)))
    assert.isFalse(Schema.is(Interval.Interval)({ start: 2, end: 1 }))
    const wire = { start: "2026-01-01T01:00:00+01:00", end: "2026-01-01T00:15:00Z" }
    const decoded = Schema.decodeUnknownSync(Interval.IntervalFromStrings)(wire)
    assert.strictEqual(Interval.duration(decoded), 900_000)
  })

  it("is half-open", () => {
    const self = interval(10, 20)
    assert.isTrue(Interval.contains(self, 10 as Instant))
    assert.isFalse(Interval.contains(self, 20 as Instant))
    assert.isFalse(Interval.overlaps(self, interval(20, 30)))
    assert.isFalse(Interval.overlaps(self, interval(15, 15)))
    assert.isTrue(Interval.encloses(self, interval(10, 20)))
    assert.isTrue(Interval.encloses(self, interval(30, 30)))
    assert.isFalse(Interval.encloses(self, interval(10, 21)))
    assert.isTrue(Interval.isEmpty(interval(5, 5)))
    assert.strictEqual(Interval.Order(interval(1, 3), interval(1, 2)), 1)
  })

  it("intersects as sets do, symmetrically", () => {
    fc.assert(
      fc.property(anyInterval, anyInterval, (a, b) => {
        const both = Interval.intersect(a, b)
        assert.deepStrictEqual(both, Interval.intersect(b, a))
        assert.strictEqual(both !== undefined, Interval.overlaps(a, b))
        const expected = [...instantsOf([a])].filter((at) => Interval.contains(b, at as Instant))
        assert.deepStrictEqual([...instantsOf(both === undefined ? [] : [both])], expected)
      })
    )
  })

  it("normalizes to the same instants, once and in order", () => {
    fc.assert(
      fc.property(anyList, (list) => {
        const normal = Interval.normalize(list)
        assert.isTrue(isNormal(normal))
        assert.deepStrictEqual(
          [...instantsOf(normal)],
          [...instantsOf(list)].sort((a, b) => a - b)
        )
        assert.deepStrictEqual(Interval.normalize(normal), normal)
        assert.strictEqual(Interval.totalDuration(list), instantsOf(list).size)
      })
    )
  })

  it("subtracts, intersects and unites lists as sets do", () => {
    fc.assert(
      fc.property(anyList, anyList, (a, b) => {
        const rest = Interval.subtract(a, b)
        const common = Interval.intersectAll(a, b)
        const right = instantsOf(b)
        const left = [...instantsOf(Interval.normalize(a))]
        assert.isTrue(isNormal(rest) && isNormal(common))
        assert.deepStrictEqual(
          [...instantsOf(rest)],
          left.filter((at) => !right.has(at))
        )
        assert.deepStrictEqual(
          [...instantsOf(common)],
          left.filter((at) => right.has(at))
        )
        assert.deepStrictEqual(Interval.union(rest, common), Interval.normalize(a))
      }),
      { numRuns: 500 }
    )
  })

  it("divides an interval into what is covered and its gaps", () => {
    fc.assert(
      fc.property(anyInterval, anyList, (within, list) => {
        const covered = Interval.intersectAll([within], list)
        const gaps = Interval.gaps(within, list)
        assert.strictEqual(
          Interval.totalDuration(covered) + Interval.totalDuration(gaps),
          Interval.duration(within)
        )
        assert.deepStrictEqual(Interval.union(covered, gaps), Interval.normalize([within]))
      })
    )
  })

  it("splits at instants into parts that tile", () => {
    assert.deepStrictEqual(Interval.splitAt(interval(0, 10), [7, 3, 3, 0, 10, 99, -5] as Array<Instant>), [
      interval(0, 3),
      interval(3, 7),
      interval(7, 10)
    ])
    fc.assert(
      fc.property(anyInterval, fc.array(fc.integer({ min: -5, max: 60 })), (self, cuts) => {
        const parts = Interval.splitAt(self, cuts as Array<Instant>)
        assert.isTrue(parts.every((part, index) => index === 0 || parts[index - 1]?.end === part.start))
        assert.deepStrictEqual(Interval.normalize(parts), Interval.normalize([self]))
      })
    )
  })
})

import type { Energy, Interval, Quality, Usage } from "@wattkit/core"

const qualities: ReadonlyArray<Quality> = ["measured", "estimated", "edited"]

const plus = (a: Energy.Energy | null, b: Energy.Energy | null): Energy.Energy | null =>
  a === null ? b : b === null ? a : ((a + b) as Energy.Energy)

const pick = (of: (a: number, b: number) => number, a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : of(a, b)

/**
 * Usages of one channel that follow each other as one: energies add up and are null only when nothing is
 * known of any part; of the quality the worst counts.
 */
export const sumUsage = (within: Interval.Interval, parts: Iterable<Usage>): Usage => {
  let sum: Usage = {
    within,
    imported: null,
    exported: null,
    estimated: 0 as Energy.Energy,
    coveredMs: 0,
    quality: "measured",
    events: [],
    powerMinW: null,
    powerMaxW: null,
    readings: 0
  }
  for (const part of parts) {
    sum = {
      within,
      imported: plus(sum.imported, part.imported),
      exported: plus(sum.exported, part.exported),
      estimated: (sum.estimated + part.estimated) as Energy.Energy,
      coveredMs: sum.coveredMs + part.coveredMs,
      quality: qualities.indexOf(part.quality) > qualities.indexOf(sum.quality) ? part.quality : sum.quality,
      events: [...new Set([...sum.events, ...part.events])],
      powerMinW: pick(Math.min, sum.powerMinW, part.powerMinW),
      powerMaxW: pick(Math.max, sum.powerMaxW, part.powerMaxW),
      readings: sum.readings + part.readings
    }
  }
  return sum
}

/** Adds up what stands next to each other and belongs together. */
export const sumBy = <A extends Usage>(
  all: ReadonlyArray<A>,
  keyOf: (one: A) => string,
  sum: (first: A, group: ReadonlyArray<A>) => A
): ReadonlyArray<A> => {
  const sums: Array<A> = []
  for (let from = 0, to = 0; from < all.length; from = to) {
    const first = all[from]
    if (first === undefined) break
    const key = keyOf(first)
    to = from + 1
    for (let next = all[to]; next !== undefined && keyOf(next) === key; next = all[to]) to++
    sums.push(sum(first, all.slice(from, to)))
  }
  return sums
}

/**
 * Finds the registers that cannot be true because those around them tell otherwise.
 *
 * A fall that recovers within a few readings was a blip, and a jump that is taken back within a few was a
 * spike. Both are decided by neighbours alone, so that a late reading changes nothing far away.
 */

/** How many readings on each side decide. */
export const NEIGHBOURS = 3

/** Registers by position, and the span over which a fall may recover (infinite when there is none). */
export interface Registers {
  readonly at: Float64Array
  readonly values: Float64Array
  /** Whether no register is below the one before it. */
  readonly rises: boolean
  /** The first position of the segment a position is in; what is across its edge is not compared. */
  readonly segmentOf: Int32Array
  readonly recoversWithinMs: number
}

const isBetween = (
  { at, recoversWithinMs, segmentOf, values }: Registers,
  positions: Int32Array,
  i: number,
  lies: (before: number, value: number, after: number) => boolean
): boolean => {
  const here = positions[i]!
  const value = values[here]!
  for (let h = i - 1; h >= Math.max(0, i - NEIGHBOURS); h--) {
    const before = positions[h]!
    if (segmentOf[before] !== segmentOf[here]) break
    for (let j = i + 1; j <= Math.min(positions.length - 1, h + NEIGHBOURS + 1); j++) {
      const after = positions[j]!
      if (segmentOf[after] !== segmentOf[here]) break
      if (at[after]! - at[before]! > recoversWithinMs) break
      if (lies(values[before]!, value, values[after]!)) return true
    }
  }
  return false
}

const isFall = (before: number, value: number, after: number): boolean => value < before && before <= after
const isSpike = (before: number, value: number, after: number): boolean => before <= after && after < value

/**
 * The positions that are sound, and between which of them that is certain: the ends of `registers` may be
 * judged otherwise once their neighbours are known, unless there are none.
 */
export const soundOf = (
  registers: Registers,
  whole: { readonly before: boolean; readonly after: boolean }
): { readonly sound: Int32Array; readonly first: number; readonly last: number } => {
  const count = registers.values.length
  const all = new Int32Array(count)
  for (let i = 0; i < count; i++) all[i] = i
  const from = whole.before ? 0 : NEIGHBOURS
  const to = whole.after ? count - 1 : count - 1 - NEIGHBOURS
  // Where nothing falls everything is sound, and most channels never fall.
  if (registers.rises) {
    return {
      sound: all,
      first: whole.before ? 0 : from + NEIGHBOURS,
      last: whole.after ? to : to - NEIGHBOURS
    }
  }
  const standing = all.filter((_, i) => !isBetween(registers, all, i, isFall))
  const sound = standing.filter((_, i) => !isBetween(registers, standing, i, isSpike))
  const certain = standing.filter((i) => i >= from && i <= to)
  const first = certain[whole.before ? 0 : NEIGHBOURS] ?? count
  const last = certain[certain.length - 1 - (whole.after ? 0 : NEIGHBOURS)] ?? -1
  return { sound, first, last }
}

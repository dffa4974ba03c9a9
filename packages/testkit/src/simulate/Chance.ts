/**
 * Chance without a sequence: every draw is a pure function of seed, subject and index, so any instant can be
 * computed without computing the instants before it, and two streams never disturb each other's luck.
 */

const mix = (value: number): number => {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Folds a text into a 32-bit number, so that subjects can be named in words. */
export const salt = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}

/** A number in [0, 1), the same for the same three arguments. */
export const unit = (seed: number, subject: number, index: number): number => {
  const low = index | 0
  const high = Math.floor(index / 0x100000000) | 0
  const h = mix(mix(mix(mix(seed) ^ subject) + low) ^ Math.imul(high, 0x9e3779b1))
  return (h >>> 0) / 0x100000000
}

/** A number in [-spread, +spread) with a triangular distribution: the middle is likelier than the ends. */
export const around = (seed: number, subject: number, index: number, spread: number): number =>
  (unit(seed, subject, index) + unit(seed, subject ^ 0x5bd1e995, index) - 1) * spread

/** A smooth curve in [0, 1) through one draw per whole `x`; neighbours in `x` are alike. */
export const smooth = (seed: number, subject: number, x: number): number => {
  const cell = Math.floor(x)
  const f = x - cell
  const from = unit(seed, subject, cell)
  return from + (unit(seed, subject, cell + 1) - from) * f * f * (3 - 2 * f)
}

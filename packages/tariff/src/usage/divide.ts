import { type Metered, endAt, startAt } from "./Metered.ts"

/**
 * A reading that is divided keeps its sum. Parts end where the rounded-down share of the time until then
 * ends, so any run of neighbouring parts is less than a milliwatt-hour from its exact share.
 */
const equalParts = (values: Float64Array, parts: number): Float64Array => {
  const made = new Float64Array(values.length * parts)
  for (let i = 0, at = 0; i < values.length; i++) {
    const share = Math.floor(values[i]! / parts)
    const rest = values[i]! - share * parts
    let before = 0
    for (let k = 1; k <= parts; k++, at++) {
      const until = Math.floor((k * rest) / parts)
      made[at] = share + until - before
      before = until
    }
  }
  return made
}

const partsByLength = (value: number, lengths: ReadonlyArray<number>): ReadonlyArray<number> => {
  const total = lengths.reduce((sum, length) => sum + length, 0)
  let length = 0
  let before = 0
  return lengths.map((one) => {
    length += one
    const until = Number((BigInt(value) * BigInt(length)) / BigInt(total))
    const part = until - before
    before = until
    return part
  })
}

const repeat = (flags: Uint8Array | undefined, parts: number): Uint8Array | undefined =>
  flags === undefined
    ? undefined
    : Uint8Array.from({ length: flags.length * parts }, (_, i) => flags[Math.floor(i / parts)]!)

const inEqualParts = (usage: Metered, stepMs: number): Metered => {
  const parts = usage.stepMs / stepMs
  return {
    ...usage,
    n: usage.n * parts,
    stepMs,
    imported: equalParts(usage.imported, parts),
    exported: equalParts(usage.exported, parts),
    apparent: usage.apparent && equalParts(usage.apparent, parts),
    reactive: usage.reactive && equalParts(usage.reactive, parts),
    missing: repeat(usage.missing, parts),
    estimated: repeat(usage.estimated, parts),
    refined: new Map(),
    divided: usage.n
  }
}

/** Divides every reading at the instants, in proportion to time. */
const cutAt = (usage: Metered, cutsIn: (start: number, end: number) => ReadonlyArray<number>): Metered => {
  const starts: Array<number> = []
  const ends: Array<number> = []
  const from: Array<number> = []
  const columns = [usage.imported, usage.exported, usage.apparent, usage.reactive]
  const made: ReadonlyArray<Array<number>> = columns.map(() => [])
  let divided = 0
  for (let i = 0; i < usage.n; i++) {
    const start = startAt(usage, i)
    const end = endAt(usage, i)
    const cuts = cutsIn(start, end)
    if (cuts.length > 0) divided++
    const edges = [start, ...cuts, end]
    const lengths = edges.slice(1).map((edge, k) => edge - edges[k]!)
    for (let k = 0; k < lengths.length; k++) {
      starts.push(edges[k]!)
      ends.push(edges[k + 1]!)
      from.push(i)
    }
    columns.forEach((values, c) => {
      if (values === undefined) return
      if (cuts.length === 0) made[c]!.push(values[i]!)
      else made[c]!.push(...partsByLength(values[i]!, lengths))
    })
  }
  const typed = (c: number): Float64Array | undefined => columns[c] && Float64Array.from(made[c]!)
  const flags = (given: Uint8Array | undefined): Uint8Array | undefined =>
    given && Uint8Array.from(from, (i) => given[i]!)
  return {
    n: starts.length,
    stepMs: 0,
    t0: starts[0] ?? 0,
    starts: Float64Array.from(starts),
    ends: Float64Array.from(ends),
    imported: typed(0)!,
    exported: typed(1)!,
    apparent: typed(2),
    reactive: typed(3),
    missing: flags(usage.missing),
    estimated: flags(usage.estimated),
    refined: new Map(),
    divided
  }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** How many parts a reading is divided into at most before it is cut one by one instead. */
const MOST_PARTS = 60

/** The same usage with no reading across a multiple of `slotMs`. */
export const dividedBySlots = (usage: Metered, slotMs: number): Metered => {
  const key = `slots:${slotMs}`
  const known = usage.refined.get(key)
  if (known !== undefined) return known
  const step = gcd(gcd(usage.stepMs, slotMs), Math.abs(usage.t0 % slotMs))
  const made =
    usage.stepMs > 0 && usage.stepMs / step <= MOST_PARTS
      ? step === usage.stepMs
        ? usage
        : inEqualParts(usage, step)
      : cutAt(usage, (start, end) => {
          const cuts: Array<number> = []
          for (let at = Math.floor(start / slotMs) * slotMs + slotMs; at < end; at += slotMs) cuts.push(at)
          return cuts
        })
  usage.refined.set(key, made)
  return made
}

/** The same usage with no reading across one of the instants. */
export const dividedAt = (usage: Metered, instants: ReadonlyArray<number>): Metered => {
  const crossed = instants.filter((instant) => crosses(usage, instant))
  if (crossed.length === 0) return usage
  // One reading may lie across several instants, which then have to be in order, each of them once.
  const inside = [...new Set(crossed)].sort((a, b) => a - b)
  const key = `at:${inside.join()}`
  const known = usage.refined.get(key)
  if (known !== undefined) return known
  const step = inside.reduce((step, instant) => gcd(step, Math.abs(instant - usage.t0)), usage.stepMs)
  const made =
    usage.stepMs > 0 && usage.stepMs / step <= MOST_PARTS
      ? inEqualParts(usage, step)
      : cutAt(usage, (start, end) => inside.filter((at) => at > start && at < end))
  usage.refined.set(key, made)
  return made
}

const crosses = (usage: Metered, instant: number): boolean => {
  if (usage.stepMs > 0) {
    const offset = instant - usage.t0
    return offset > 0 && offset < usage.n * usage.stepMs && offset % usage.stepMs !== 0
  }
  for (let i = 0; i < usage.n; i++) {
    if (usage.starts![i]! >= instant) return false
    if (usage.ends![i]! > instant) return true
  }
  return false
}

import {
  Energy,
  type KeptResolution,
  LocalCalendar,
  type Reading,
  suspectUnitChange,
  type Usage,
  type UsageEvent,
  type UsageRules
} from "@wattkit/core"

/** A reading that counts, and whether a person said it. */
export type Counted = { readonly reading: Reading; readonly edited: boolean }
type Readings = ReadonlyArray<Counted>

/** Energy from one instant to another in whole milliwatt-hours; NaN when nobody knows how much. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly energy: number
  /** Whether its time counts as measured, provided that its energy is known. */
  readonly measured: boolean
  readonly edited: boolean
  readonly event: UsageEvent | null
}

const QUARTER = 900_000
const HOUR = 3_600_000
/** Readings further apart have nothing to do with each other. */
const FAR = 400 * 24 * HOUR

/** What is imported and what is exported follow the same rules under other names. */
const directions = [
  { register: "importWh", delta: "importDeltaWh", final: "finalImportWh", start: "startImportWh", sign: 1 },
  { register: "exportWh", delta: "exportDeltaWh", final: "finalExportWh", start: "startExportWh", sign: -1 }
] as const
type Direction = (typeof directions)[number]
type Cell = Usage["within"]
type Calendar = LocalCalendar.LocalCalendar

const held = { energy: NaN, event: "held" } as const
const isKnown = (energy: number) => !Number.isNaN(energy)
const mWh = (wattHours = NaN) => (isKnown(wattHours) ? Energy.fromWhOrThrow(wattHours) : NaN)
const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => a + b, 0)
/** The sum of what is known, if anything is. */
const total = (all: ReadonlyArray<number>) => (all.some(isKnown) ? sum(all.filter(isKnown)) : NaN)
const exceeds = (energy: number, ms: number, rules: UsageRules) =>
  energy * 3600 > rules.maxPowerW * (ms < 10_000 ? 10_000 : ms)

/** The readings that say a value. */
const pointsOf = (counted: Readings, valueOf: (reading: Reading) => number) =>
  counted
    .map(({ edited, reading }) => ({ at: reading.at, value: valueOf(reading), edited }))
    .filter(({ value }) => isKnown(value))
type Point = ReturnType<typeof pointsOf>[number]

/** Those that follow each other, unless they are too far apart. */
const pairsOf = (points: ReadonlyArray<Point>) =>
  points.slice(1).flatMap((b, i) => (b.at - points[i]!.at > FAR ? [] : [[points[i]!, b] as const]))

/**
 * The points that no two others prove wrong, which rise and have at most three between them: first what is
 * below both is left out, then, of what still stands, what is above both.
 */
const soundOf = (points: ReadonlyArray<Point>, rules: UsageRules) => {
  // What happened at an exchange, was confirmed or follows a gap is real: nothing is compared across it.
  const afterGaps = points.filter(({ at }, i) => at - (points[i - 1]?.at ?? at) > FAR)
  const edges = [...rules.exchanges, ...rules.confirmations, ...afterGaps]
  const isRise = (a: Point, b: Point) =>
    a.value <= b.value &&
    (rules.register === "lifetime" || b.at - a.at <= HOUR) &&
    !edges.some(({ at }) => at > a.at && at <= b.at)
  const without = (all: ReadonlyArray<Point>, lies: (point: Point, a: Point, b: Point) => boolean) => {
    const pairs = all.flatMap((a, i) => all.slice(i + 2, i + 5).map((b) => ({ a, b })))
    const rises = pairs.filter(({ a, b }) => isRise(a, b))
    return all.filter((one) => !rises.some(({ a, b }) => one.at > a.at && one.at < b.at && lies(one, a, b)))
  }
  const standing = without(points, (point, a) => point.value < a.value)
  return without(standing, (point, _, b) => point.value > b.value)
}

/** What a register did from one reading to the next, as somebody confirmed or as it seems. */
const told = (a: Point, b: Point, rules: UsageRules) => {
  const confirmed = rules.confirmations.find(({ at }) => at === b.at)?.as
  const isAnew = b.value <= a.value * 0.9 && suspectUnitChange(a.value / 1000, b.value / 1000) === undefined
  const isReset = rules.register === "daily" || (rules.modulusWh === null && isAnew)
  // What is neither an advance nor a reset can but be a rollover: without a modulus nobody knows of how much.
  const did = confirmed ?? (b.value >= a.value ? "advance" : isReset ? "reset" : "rollover")
  const rollover = mWh(rules.modulusWh ?? NaN) - a.value + b.value
  const energy = { nothing: 0, advance: b.value - a.value, reset: b.value, rollover }[did]
  if (!(energy >= 0) || (confirmed === undefined && exceeds(energy, b.at - a.at, rules))) return held
  return { energy, event: did === "reset" || did === "rollover" ? did : null }
}

/** The stretches from one reading to the next: each meter there was between them counts for itself. */
const between = (a: Point, b: Point, { final, start }: Direction, rules: UsageRules) => {
  const swaps = rules.exchanges.filter(({ at }) => at > a.at && at <= b.at).sort((x, y) => x.at - y.at)
  const firsts = [a.value, ...swaps.map((swap) => mWh(swap[start]))]
  const lasts = [...swaps.map((swap) => mWh(swap[final])), b.value]
  const ends = [...swaps, b].map(({ at }) => at)
  return [...new Set(ends)].map((to): Stretch => {
    const from = Math.max(a.at, ...ends.filter((end) => end < to))
    // What a meter counted in no time belongs to the stretch that ends there.
    const counts = lasts.flatMap((last, i) => (ends[i] === to ? [last - firsts[i]!] : []))
    const event = to === b.at ? ("exchange" as const) : null
    const exchanged = counts.some((count) => count < 0) ? held : { energy: total(counts), event }
    const what = swaps.length === 0 ? told(a, b, rules) : exchanged
    return { from, to, measured: to - from <= rules.maxGapMs, edited: a.edited || b.edited, ...what }
  })
}

/** A reading that was left out is told where it lies. */
const ofRegister = (counted: Readings, direction: Direction, rules: UsageRules) => {
  const points = pointsOf(counted, (reading) => mWh(reading[direction.register]))
  const sound = soundOf(points, rules)
  const glitch = { energy: NaN, measured: false, edited: false, event: "glitch" } as const
  const left = points.filter((point) => !sound.includes(point))
  const glitches = left.map(({ at }): Stretch => ({ from: at, to: at + 1, ...glitch }))
  return [...pairsOf(sound).flatMap(([a, b]) => between(a, b, direction, rules)), ...glitches]
}

/** Each delta reaches back to its own beginning or to the reading before, whichever is later. */
const ofDelta = (counted: Readings, { delta }: Direction, rules: UsageRules) => {
  const said = counted.filter(({ reading: r }) => (r.importDeltaWh ?? r.exportDeltaWh) !== undefined)
  return said.map(({ edited, reading }, i): Stretch => {
    const [to, energy] = [reading.at, mWh(reading[delta])]
    const near = (at = -Infinity) => (to - at <= FAR ? at : -Infinity)
    const begin = Math.max(near(reading.since), near(said[i - 1]?.reading.at))
    const measured = begin === reading.since || to - begin <= rules.maxGapMs
    const what = exceeds(energy, to - begin, rules) ? held : { energy, event: null }
    // The very first has no beginning: it is booked where it ends.
    return { from: begin === -Infinity ? to - 1 : begin, to, measured, edited, ...what }
  })
}

/** Each power holds until the next one, but no longer than a gap may be. */
const ofPower = (counted: Readings, { sign }: Direction, rules: UsageRules) =>
  pairsOf(pointsOf(counted, ({ powerW = NaN }) => powerW * sign)).map(([a, b]): Stretch => {
    const to = Math.min(b.at, a.at + rules.maxGapMs)
    const energy = Math.round((Math.max(0, a.value) * (to - a.at)) / 3600)
    const what = Math.abs(a.value) > rules.maxPowerW ? held : { energy, event: null }
    return { from: a.at, to, measured: true, edited: a.edited || b.edited, ...what }
  })

const ways = { register: ofRegister, delta: ofDelta, power: ofPower }
const events = ["rollover", "reset", "exchange", "glitch", "held"] as const

/** How long a stretch is inside an interval. */
const overlap = (one: Pick<Stretch, "from" | "to">, start: number, end: number) =>
  Math.max(0, Math.min(one.to, end) - Math.max(one.from, start))

/** What of a stretch was used up to an instant, rounded once, halves up, in exact integers. */
const usedUpTo = ({ energy, from, to }: Stretch, instant: number) => {
  const part = BigInt(energy) * BigInt(Math.min(Math.max(from, instant), to) - from)
  return Number((2n * part + BigInt(to - from)) / (2n * BigInt(to - from)))
}

const cellOf = ({ end, start }: Cell, both: Array<Array<Stretch>>, counted: Readings): Usage => {
  const here = both.map((all) => all.filter((one) => overlap(one, start, end) > 0))
  const known = here.map((some) => some.filter(({ energy }) => isKnown(energy)))
  const long = known.flat().filter(({ from, to }) => to - from > QUARTER)
  const inside = counted.filter(({ reading }) => reading.at >= start && reading.at < end)
  const powers = inside.flatMap(({ reading }) => reading.powerW ?? [])
  const isEdited = [...here.flat(), ...inside].some(({ edited }) => edited)
  const used = (some: ReadonlyArray<Stretch>) =>
    sum(some.map((one) => usedUpTo(one, end) - usedUpTo(one, start))) as Energy.Energy
  const [imported = null, exported = null] = known.map((some) => (some.length === 0 ? null : used(some)))
  // Per quarter hour the direction counts of which more was measured.
  const measured = known.map((some) => some.filter((one) => one.measured))
  let coveredMs = 0
  for (let at: number = start; at < end; at += QUARTER)
    coveredMs += Math.max(...measured.map((some) => sum(some.map((one) => overlap(one, at, at + QUARTER)))))
  return {
    within: { start, end },
    imported,
    exported,
    estimated: used(long),
    coveredMs,
    quality: isEdited ? "edited" : long.length > 0 ? "estimated" : "measured",
    // An event is told where its stretch ends.
    events: events.filter((event) => here.flat().some((one) => one.event === event && one.to <= end)),
    powerMinW: powers.length === 0 ? null : Math.min(...powers),
    powerMaxW: powers.length === 0 ? null : Math.max(...powers),
    readings: inside.length
  }
}

/** Usage of a channel by the readings that count, in the cells of which anything is known. */
export const usage = (counted: Readings, rules: UsageRules, by: KeptResolution, calendar: Calendar) => {
  const cellAt = (instant: number) => {
    const length = by === "PT1H" ? HOUR : QUARTER
    const start = Math.floor(instant / length) * length
    if (by !== "P1D") return { start, end: start + length } as Cell
    return LocalCalendar.dayInterval(calendar, LocalCalendar.dayOf(calendar, instant as Cell["start"]))
  }
  const both = directions.map((direction) => ways[rules.basis](counted, direction, rules))
  const moments = counted.map(({ reading }) => ({ from: reading.at, to: reading.at + 1 }))
  const cells = new Map<number, Cell>()
  for (const { from, to } of [...both.flat(), ...moments]) {
    for (let at = from; at < to; at = cellAt(at).end) cells.set(cellAt(at).start, cellAt(at))
  }
  return [...cells.values()].sort((a, b) => a.start - b.start).map((cell) => cellOf(cell, both, counted))
}

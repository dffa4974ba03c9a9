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
export interface Counted {
  readonly reading: Reading
  readonly edited: boolean
}

/** Energy from one instant to another; null when nobody knows how much. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly energy: number | null
  readonly measured: boolean
  readonly edited: boolean
  readonly event: UsageEvent | null
}
type Point = ReturnType<typeof pointsOf>[number]
type Told = Pick<Stretch, "energy" | "event">

const QUARTER = 900_000
const HOUR = 3_600_000
const FAR = 400 * 24 * HOUR
const held: Told = { energy: null, event: "held" }
const mWh = (wattHours: number | undefined): number | undefined =>
  wattHours === undefined ? undefined : Energy.fromWhOrThrow(wattHours)

const pointsOf = (counted: ReadonlyArray<Counted>, name: "importWh" | "exportWh", rules: UsageRules) => {
  const edges = [...rules.exchanges, ...rules.confirmations].map((edge) => edge.at)
  const said = counted.filter(({ reading }) => reading[name] !== undefined)
  let segment = 0
  return said.map(({ edited, reading }, i) => {
    const before = said[i - 1]?.reading.at ?? reading.at
    if (reading.at - before > FAR || edges.some((edge) => edge > before && edge <= reading.at)) segment++
    return { at: reading.at, value: mWh(reading[name]) ?? 0, edited, segment }
  })
}

/** Points that no pair of at most three others between them proves wrong. */
const believed = (
  points: ReadonlyArray<Point>,
  rules: UsageRules,
  isWrong: (before: number, value: number, after: number) => boolean
) =>
  points.filter((point, i) => {
    for (let h = Math.max(0, i - 3); h < i; h++) {
      for (let j = i + 1; j <= h + 4 && j < points.length; j++) {
        const [before, after] = [points[h]!, points[j]!]
        if (before.segment !== after.segment) continue
        if (rules.register === "daily" && after.at - before.at > HOUR) continue
        if (isWrong(before.value, point.value, after.value)) return false
      }
    }
    return true
  })

const exceeds = (energy: number, millis: number, rules: UsageRules) =>
  energy * 3600 > rules.maxPowerW * millis

const told = (a: Point, b: Point, rules: UsageRules): Told => {
  const rolled = rules.modulusWh === null ? -1 : (mWh(rules.modulusWh) ?? 0) - a.value + b.value
  const confirmed = rules.confirmations.find(({ at }) => at === b.at)?.as
  if (confirmed === "nothing") return { energy: 0, event: null }
  if (confirmed === "reset") return { energy: b.value, event: "reset" }
  if (confirmed === "rollover") return rolled >= 0 ? { energy: rolled, event: "rollover" } : held
  if (confirmed === "advance") return b.value >= a.value ? { energy: b.value - a.value, event: null } : held
  const within = (energy: number, event: UsageEvent | null): Told =>
    exceeds(energy, b.at - a.at, rules) ? held : { energy, event }
  if (b.value >= a.value) return within(b.value - a.value, null)
  if (rules.register === "daily") return within(b.value, "reset")
  if (rules.modulusWh !== null) return rolled >= 0 ? within(rolled, "rollover") : held
  const unit = suspectUnitChange(a.value / 1000, b.value / 1000)
  return unit !== undefined || b.value > a.value * 0.9 ? held : within(b.value, "reset")
}

const together = (a: Told, b: Told): Told => {
  if (a.event === "held" || b.event === "held") return held
  return {
    energy: a.energy === null && b.energy === null ? null : (a.energy ?? 0) + (b.energy ?? 0),
    event: null
  }
}

const between = (a: Point, b: Point, name: "importWh" | "exportWh", rules: UsageRules): Array<Stretch> => {
  const edited = a.edited || b.edited
  const measured = ({ energy }: Told, from: number, to: number) =>
    energy !== null && to - from <= rules.maxGapMs
  const swaps = rules.exchanges.filter(({ at }) => at > a.at && at <= b.at).sort((x, y) => x.at - y.at)
  if (swaps.length === 0) {
    const one = told(a, b, rules)
    return [{ from: a.at, to: b.at, edited, measured: measured(one, a.at, b.at), ...one }]
  }
  const stretches: Array<Stretch> = []
  let [from, value]: [number, number | undefined] = [a.at, a.value]
  const upTo = (to: number, last: number | undefined) => {
    const one: Told =
      value === undefined || last === undefined
        ? { energy: null, event: null }
        : last < value
          ? held
          : { energy: last - value, event: null }
    const same = to > from ? undefined : stretches.pop()
    const all: Told = same === undefined ? one : together(same, one)
    const begin = same?.from ?? from
    stretches.push({ from: begin, to, edited, measured: measured(all, begin, to), ...all })
    from = to
  }
  for (const swap of swaps) {
    upTo(swap.at, mWh(name === "importWh" ? swap.finalImportWh : swap.finalExportWh))
    value = mWh(name === "importWh" ? swap.startImportWh : swap.startExportWh)
  }
  upTo(b.at, b.value)
  return stretches.map((one, i) =>
    i === stretches.length - 1 ? { ...one, event: one.event ?? "exchange" } : one
  )
}

const ofRegister = (counted: ReadonlyArray<Counted>, name: "importWh" | "exportWh", rules: UsageRules) => {
  const points = pointsOf(counted, name, rules)
  const standing = believed(points, rules, (before, value, after) => value < before && before <= after)
  const sound = believed(standing, rules, (before, value, after) => before <= after && after < value)
  const left = points.filter((point) => !sound.includes(point))
  const stretches = sound.slice(1).flatMap((b, i) => {
    const a = sound[i]!
    return b.at - a.at > FAR ? [] : between(a, b, name, rules)
  })
  // A reading that was left out is told where it lies, and takes no time.
  const glitch = { energy: null, measured: false, edited: false, event: "glitch" } as const
  return [...stretches, ...left.map(({ at }) => ({ from: at + 1, to: at + 1, ...glitch }))]
}

const ofDeltas = (
  counted: ReadonlyArray<Counted>,
  name: "importDeltaWh" | "exportDeltaWh",
  rules: UsageRules
) => {
  const said = counted.filter(({ reading: r }) => (r.importDeltaWh ?? r.exportDeltaWh) !== undefined)
  return said.flatMap(({ edited, reading }, i): Array<Stretch> => {
    const energy = mWh(reading[name])
    if (energy === undefined) return []
    const to = reading.at
    const near = (at: number | undefined) => (at !== undefined && to - at <= FAR ? at : undefined)
    const [before, since] = [near(said[i - 1]?.reading.at), near(reading.since)]
    const from = Math.max(before ?? -Infinity, since ?? -Infinity)
    if (from === -Infinity) return [{ from: to - 1, to, energy, measured: false, edited, event: null }]
    if (exceeds(energy, to - from, rules)) return [{ from, to, measured: false, edited, ...held }]
    return [
      { from, to, energy, measured: from === since || to - from <= rules.maxGapMs, edited, event: null }
    ]
  })
}

const ofPower = (counted: ReadonlyArray<Counted>, sign: 1 | -1, rules: UsageRules) => {
  const said = counted.filter(({ reading }) => reading.powerW !== undefined)
  return said.slice(1).flatMap((next, i): Array<Stretch> => {
    const last = said[i]!
    if (next.reading.at - last.reading.at > FAR) return []
    const [from, power] = [last.reading.at, last.reading.powerW ?? 0]
    const to = Math.min(next.reading.at, from + rules.maxGapMs)
    const energy = Math.round((Math.max(0, power * sign) * (to - from)) / 3600)
    const edited = last.edited || next.edited
    if (Math.abs(power) > rules.maxPowerW) return [{ from, to, measured: false, edited, ...held }]
    return [{ from, to, energy, measured: true, edited, event: null }]
  })
}

/** What of a stretch was used up to an instant, rounded once, halves up, in exact integers. */
const usedUpTo = ({ energy, from, to }: Stretch, instant: number): number => {
  if (energy === null || instant <= from) return 0
  if (instant >= to) return energy
  const length = 2n * BigInt(to - from)
  return Number((2n * BigInt(energy) * BigInt(instant - from) + BigInt(to - from)) / length)
}

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => a + b, 0)
const events = ["rollover", "reset", "exchange", "glitch", "held"] as const

const bothDirections = (counted: ReadonlyArray<Counted>, rules: UsageRules) => {
  if (rules.basis === "power") return [ofPower(counted, 1, rules), ofPower(counted, -1, rules)]
  if (rules.basis === "delta")
    return [ofDeltas(counted, "importDeltaWh", rules), ofDeltas(counted, "exportDeltaWh", rules)]
  return [ofRegister(counted, "importWh", rules), ofRegister(counted, "exportWh", rules)]
}

const cellOf = (
  within: Usage["within"],
  both: ReturnType<typeof bothDirections>,
  noticed: ReadonlyArray<Stretch>,
  counted: ReadonlyArray<Counted>
): Usage => {
  const isIn = (at: number) => at >= within.start && at < within.end
  const here = both.map((all) => all.filter(({ from, to }) => from < within.end && to > within.start))
  const known = here.map((some) => some.filter(({ energy }) => energy !== null))
  const long = known.flat().filter(({ from, to }) => to - from > QUARTER)
  const inside = counted.filter(({ reading }) => isIn(reading.at))
  const part = (one: Stretch) => usedUpTo(one, within.end) - usedUpTo(one, within.start)
  const energy = (some: ReadonlyArray<Stretch> = []) => (some.length === 0 ? null : sum(some.map(part)))
  let coveredMs = 0
  for (let start: number = within.start; start < within.end; start += QUARTER) {
    const spans = here.map((some) =>
      some
        .filter(({ measured }) => measured)
        .map(({ from, to }) => Math.max(0, Math.min(start + QUARTER, to) - Math.max(start, from)))
    )
    coveredMs += Math.max(...spans.map(sum))
  }
  const isEdited = [...here.flat(), ...inside].some(({ edited }) => edited)
  const powers = inside.flatMap(({ reading }) => reading.powerW ?? [])
  return {
    within,
    imported: energy(known[0]) as Usage["imported"],
    exported: energy(known[1]) as Usage["exported"],
    estimated: (energy(long) ?? 0) as Usage["estimated"],
    coveredMs,
    quality: isEdited ? "edited" : long.length > 0 ? "estimated" : "measured",
    events: events.filter((event) => noticed.some((one) => one.event === event && isIn(one.to - 1))),
    powerMinW: powers.length === 0 ? null : Math.min(...powers),
    powerMaxW: powers.length === 0 ? null : Math.max(...powers),
    readings: inside.length
  }
}

/** Usage of a channel by the readings that count, in the cells of which anything is known. */
export const usage = (
  counted: ReadonlyArray<Counted>,
  rules: UsageRules,
  resolution: KeptResolution,
  calendar: LocalCalendar.LocalCalendar
): ReadonlyArray<Usage> => {
  const both = bothDirections(counted, rules)
  const noticed = both.flat().filter(({ event }) => event !== null)
  const touched = [
    ...both.flat(),
    ...counted.map(({ reading }) => ({ from: reading.at, to: reading.at + 1 }))
  ]
  const cells = new Map<number, Usage["within"]>()
  for (const { from, to } of touched) {
    for (let at = Math.floor(from / QUARTER) * QUARTER; at < to; at += QUARTER) {
      const length = resolution === "PT1H" ? HOUR : QUARTER
      const start = Math.floor(at / length) * length
      const within =
        resolution === "P1D"
          ? LocalCalendar.dayInterval(calendar, LocalCalendar.dayOf(calendar, at as Reading["at"]))
          : ({ start, end: start + length } as Usage["within"])
      cells.set(within.start, within)
    }
  }
  return [...cells.values()]
    .sort((a, b) => a.start - b.start)
    .map((within) => cellOf(within, both, noticed, counted))
}

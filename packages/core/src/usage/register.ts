import type { MeterExchange, UsageRules } from "../model/UsageRules.ts"
import { fromWhOrThrow } from "../quantity/Energy.ts"
import { suspectUnitChange } from "../quantity/UnitChange.ts"
import type { ChannelReadings } from "./ChannelReadings.ts"
import { soundOf } from "./sound.ts"
import { exceeds, type Left, MAX_STEP_MS, type Step, type Steps } from "./Step.ts"

/** The directions a register counts. */
export type Direction = "import" | "export"

/** A blip of a daily register recovers at once; the new day's energy may reach the old one's within hours. */
const DAILY_RECOVERY_MS = 3_600_000
/** A register that falls by less than this share has dipped: it did not begin anew. */
const DIP = 0.1

/** The readings of a channel that say the register, in whole milliwatt-hours. */
interface Taken {
  readonly at: Float64Array
  readonly values: Float64Array
  readonly edited: Uint8Array
  /** Whether no register is below the one before it, as is mostly so. */
  readonly rises: boolean
}

const take = (readings: ChannelReadings, column: Float64Array): Taken => {
  const at = new Float64Array(column.length)
  const values = new Float64Array(column.length)
  const edited = new Uint8Array(column.length)
  let count = 0
  let rises = true
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    if (Number.isNaN(value)) continue
    at[count] = readings.at[i]!
    values[count] = fromWhOrThrow(value)
    edited[count] = readings.edited[i]!
    if (count > 0 && values[count]! < values[count - 1]!) rises = false
    count++
  }
  return {
    at: at.subarray(0, count),
    values: values.subarray(0, count),
    edited: edited.subarray(0, count),
    rises
  }
}

/** What happens at an exchange or was confirmed is real, so nothing is compared across it. */
const segmentsOf = ({ at }: Taken, rules: UsageRules): Int32Array => {
  const edges = [...rules.exchanges, ...rules.confirmations].map((edge) => edge.at).sort((a, b) => a - b)
  const segments = new Int32Array(at.length)
  let segment = 0
  let edge = 0
  for (let i = 0; i < at.length; i++) {
    const apart = i > 0 && at[i]! - at[i - 1]! > MAX_STEP_MS
    const passed = edge
    while (edge < edges.length && edges[edge]! <= at[i]!) edge++
    if (apart || edge > passed) segment = i
    segments[i] = segment
  }
  return segments
}

interface Between {
  readonly start: number
  readonly end: number
  readonly before: number
  readonly after: number
  readonly edited: boolean
}

const whOf = (milliWattHours: number): number => milliWattHours / 1000

const fallOf = (
  { after, before, end, start }: Between,
  rules: UsageRules
): Pick<Step, "energy" | "event"> => {
  const held = { energy: null, event: "held" } as const
  const possible = (energy: number) => !exceeds(energy, end - start, rules.maxPowerW)
  if (rules.register === "daily") return possible(after) ? { energy: after, event: "reset" } : held
  if (rules.modulusWh !== null) {
    const energy = fromWhOrThrow(rules.modulusWh) - before + after
    return energy >= 0 && possible(energy) ? { energy, event: "rollover" } : held
  }
  if (suspectUnitChange(whOf(before), whOf(after)) !== undefined) return held
  return after <= before * (1 - DIP) && possible(after) ? { energy: after, event: "reset" } : held
}

const confirmedOf = (
  { after, before }: Between,
  rules: UsageRules,
  as: UsageRules["confirmations"][number]["as"]
): Pick<Step, "energy" | "event"> => {
  if (as === "nothing") return { energy: 0, event: null }
  if (as === "reset") return { energy: after, event: "reset" }
  if (as === "advance" && after >= before) return { energy: after - before, event: null }
  if (as === "rollover" && rules.modulusWh !== null) {
    const energy = fromWhOrThrow(rules.modulusWh) - before + after
    if (energy >= 0) return { energy, event: "rollover" }
  }
  return { energy: null, event: "held" }
}

const stepOf = (between: Between, rules: UsageRules): Step => {
  const { after, before, edited, end, start } = between
  const covered = end - start <= rules.maxGapMs
  const confirmed =
    rules.confirmations.length === 0 ? undefined : rules.confirmations.find(({ at }) => at === end)
  if (confirmed === undefined && after >= before) {
    const advance = after - before
    return exceeds(advance, end - start, rules.maxPowerW)
      ? { start, end, energy: null, covered: false, edited, event: "held" }
      : { start, end, energy: advance, covered, edited, event: null }
  }
  const { energy, event } =
    confirmed === undefined ? fallOf(between, rules) : confirmedOf(between, rules, confirmed.as)
  return { start, end, energy, covered: covered && energy !== null, edited, event }
}

const registersOf = (exchange: MeterExchange, direction: Direction) =>
  direction === "import"
    ? { final: exchange.finalImportWh, first: exchange.startImportWh }
    : { final: exchange.finalExportWh, first: exchange.startExportWh }

type Counted = Omit<Step, "covered">

const isHeld = ({ event }: Counted): boolean => event === "held"

/** A step and what was counted in no time at its end. */
const joined = (step: Counted, added: Counted): Counted => {
  if (isHeld(step) || isHeld(added)) return { ...step, energy: null, event: "held" }
  return { ...step, energy: step.energy === null ? added.energy : step.energy + (added.energy ?? 0) }
}

/**
 * The steps from one reading to the next over the exchanges between them: each meter counts for itself. What
 * was counted in no time, as when an exchange has the instant of a reading, belongs to the step before.
 */
const overExchanges = (
  { after, before, edited, end, start }: Between,
  exchanges: ReadonlyArray<MeterExchange>,
  direction: Direction,
  rules: UsageRules
): ReadonlyArray<Step> => {
  const steps: Array<Counted> = []
  let from = start
  let first: number | undefined = before
  const count = (to: number, final: number | undefined) => {
    const counted = first === undefined || final === undefined ? null : final - first
    const step: Counted =
      counted !== null && counted < 0
        ? { start: from, end: to, energy: null, edited, event: "held" }
        : { start: from, end: to, energy: counted, edited, event: null }
    const previous = to > from ? undefined : steps.pop()
    steps.push(previous === undefined ? step : joined(previous, step))
    from = to
  }
  for (const exchange of exchanges) {
    const registers = registersOf(exchange, direction)
    count(exchange.at, registers.final === undefined ? undefined : fromWhOrThrow(registers.final))
    first = registers.first === undefined ? undefined : fromWhOrThrow(registers.first)
  }
  count(end, after)
  return steps.map((step, i) => ({
    ...step,
    covered: step.energy !== null && step.end - step.start <= rules.maxGapMs,
    event: step.event ?? (i === steps.length - 1 ? "exchange" : null)
  }))
}

const leftOut = (at: Float64Array, sound: Int32Array): ReadonlyArray<Left> => {
  if (sound.length === at.length) return []
  const isSound = new Set(sound)
  return Array.from(at.keys())
    .filter((i) => !isSound.has(i))
    .map((i) => ({ at: at[i]!, event: "glitch" }))
}

/** The place among the sound positions of the first whose instant is not before this one. */
const firstFrom = (at: Float64Array, sound: Int32Array, instant: number): number => {
  let low = 0
  let high = sound.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at[sound[middle]!]! < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** The steps of a register within an interval, undefined when readings around it could still change them. */
export const registerSteps = (
  readings: ChannelReadings,
  direction: Direction,
  rules: UsageRules,
  within: { readonly start: number; readonly end: number },
  whole: { readonly before: boolean; readonly after: boolean }
): Steps | undefined => {
  const taken = take(readings, direction === "import" ? readings.importWh : readings.exportWh)
  const { at, edited, values } = taken
  const { first, last, sound } = soundOf(
    {
      ...taken,
      segmentOf: segmentsOf(taken, rules),
      recoversWithinMs: rules.register === "daily" ? DAILY_RECOVERY_MS : Number.POSITIVE_INFINITY
    },
    whole
  )
  const begin = firstFrom(at, sound, within.start + 1) - 1
  const finish = firstFrom(at, sound, within.end)
  const isDecided = (place: number) => sound[place]! >= first && sound[place]! <= last
  if (begin < 0 ? !whole.before : !isDecided(begin)) return undefined
  if (finish === sound.length ? !whole.after : !isDecided(finish)) return undefined

  const exchanges = rules.exchanges.toSorted((a, b) => a.at - b.at)
  const steps: Array<Step> = []
  for (let place = Math.max(0, begin) + 1; place <= Math.min(finish, sound.length - 1); place++) {
    const [a, b] = [sound[place - 1]!, sound[place]!]
    const [start, end] = [at[a]!, at[b]!]
    if (end - start > MAX_STEP_MS) continue
    const isEdited = edited[a] === 1 || edited[b] === 1
    const between = { start, end, before: values[a]!, after: values[b]!, edited: isEdited }
    const passed =
      exchanges.length === 0 ? exchanges : exchanges.filter((one) => one.at > start && one.at <= end)
    if (passed.length === 0) steps.push(stepOf(between, rules))
    else steps.push(...overExchanges(between, passed, direction, rules))
  }
  return { steps, left: leftOut(at, sound) }
}

import type { UsageRules } from "../model/UsageRules.ts"
import type { Interval } from "../time/Interval.ts"
import type { ChannelReadings } from "./ChannelReadings.ts"
import { deltaSteps } from "./delta.ts"
import { powerSteps } from "./power.ts"
import { registerSteps } from "./register.ts"
import type { Step, Steps } from "./Step.ts"
import { bitOf, CELL_MS, type UsageCells } from "./UsageCells.ts"

/** What is known beyond the readings given. */
export interface Known {
  /** There is no reading before the first one given, or it is more than 400 days away. */
  readonly before: boolean
  /** There is no reading after the last one given, or it is more than 400 days away. */
  readonly after: boolean
  /** False when no reading of the channel ever said an import register. */
  readonly imports?: boolean
  /** False when no reading of the channel ever said an export register. */
  readonly exports?: boolean
}

const none: Steps = { steps: [], left: [] }

type Both = { readonly import: Steps; readonly export: Steps }

const stepsOf = (
  readings: ChannelReadings,
  rules: UsageRules,
  within: Interval,
  known: Known
): Both | undefined => {
  if (rules.basis === "power") return powerSteps(readings, rules, within, known)
  const of = rules.basis === "delta" ? deltaSteps : registerSteps
  const imported =
    known.imports === false && rules.basis === "register"
      ? none
      : of(readings, "import", rules, within, known)
  const exported =
    known.exports === false && rules.basis === "register"
      ? none
      : of(readings, "export", rules, within, known)
  return imported && exported && { import: imported, export: exported }
}

/** Below this a product and its quotient are exact enough to tell a half from what is next to it. */
const EXACT = 2 ** 52

/** The part of energy that belongs to some of the milliseconds it took, halves up, decided exactly. */
const shareOf = (energy: number, millis: number, length: number): number => {
  const product = energy * millis
  if (product < EXACT) return Math.round(product / length)
  const [twice, whole] = [2n * BigInt(energy) * BigInt(millis), BigInt(length)]
  return Number((twice + whole) / (2n * whole))
}

const ESTIMATED = 1
const EDITED = 2

/** The cells of an interval while they are filled; a cell is known once something touched it. */
class Filling {
  readonly start: number
  readonly count: number
  readonly isKnown: Uint8Array
  readonly imported: Float64Array
  readonly exported: Float64Array
  readonly estimated: Float64Array
  readonly covered: { readonly import: Float64Array; readonly export: Float64Array }
  readonly quality: Uint8Array
  readonly events: Uint8Array
  readonly powerMinW: Float64Array
  readonly powerMaxW: Float64Array
  readonly readings: Float64Array

  constructor(within: Interval) {
    this.start = within.start
    const count = Math.round((within.end - within.start) / CELL_MS)
    // One piece of memory for all columns: many short ones would keep the collector busy.
    const memory = new Float64Array(8 * count)
    let taken = 0
    const column = (value: number) => memory.subarray(taken, (taken += count)).fill(value)
    this.count = count
    this.isKnown = new Uint8Array(count)
    this.imported = column(Number.NaN)
    this.exported = column(Number.NaN)
    this.estimated = column(0)
    this.covered = { import: column(0), export: column(0) }
    this.quality = new Uint8Array(count)
    this.events = new Uint8Array(count)
    this.powerMinW = column(Number.NaN)
    this.powerMaxW = column(Number.NaN)
    this.readings = column(0)
  }

  /** The place of the cell an instant lies in; outside of all when it is below 0 or at least `count`. */
  placeOf(instant: number): number {
    return Math.floor((instant - this.start) / CELL_MS)
  }

  /** Divides a step over its cells such that the parts sum to it exactly, wherever else it is divided. */
  addStep(step: Step, direction: "import" | "export"): void {
    const { end, energy, start } = step
    const length = end - start
    const last = Math.min(this.count - 1, this.placeOf(end - 1))
    const energies = direction === "import" ? this.imported : this.exported
    const covered = this.covered[direction]
    // Up to an instant a step has used its share rounded once, so neighbouring parts leave nothing over.
    const upTo = (instant: number) =>
      instant === end ? (energy ?? 0) : shareOf(energy ?? 0, instant - start, length)
    for (let cell = Math.max(0, this.placeOf(start)); cell <= last; cell++) {
      const from = Math.max(start, this.start + cell * CELL_MS)
      const to = Math.min(end, this.start + (cell + 1) * CELL_MS)
      this.isKnown[cell] = 1
      if (step.covered) covered[cell] = covered[cell]! + (to - from)
      if (step.edited) this.quality[cell] = EDITED
      if (energy === null) continue
      const part = upTo(to) - upTo(from)
      const before = energies[cell]!
      energies[cell] = (Number.isNaN(before) ? 0 : before) + part
      if (length > CELL_MS) {
        this.estimated[cell] = this.estimated[cell]! + part
        this.quality[cell] = Math.max(this.quality[cell]!, ESTIMATED)
      }
    }
    if (step.event !== null) this.note(end - 1, bitOf(step.event))
  }

  note(instant: number, bit: number): void {
    const cell = this.placeOf(instant)
    if (cell < 0 || cell >= this.count) return
    this.isKnown[cell] = 1
    this.events[cell] = this.events[cell]! | bit
  }

  addReadings({ at, edited, powerW }: ChannelReadings): void {
    for (let i = 0; i < at.length; i++) {
      const cell = this.placeOf(at[i]!)
      if (cell < 0 || cell >= this.count) continue
      this.isKnown[cell] = 1
      this.readings[cell] = this.readings[cell]! + 1
      if (edited[i] === 1) this.quality[cell] = EDITED
      const power = powerW[i]!
      if (Number.isNaN(power)) continue
      const [min, max] = [this.powerMinW[cell]!, this.powerMaxW[cell]!]
      if (!(min <= power)) this.powerMinW[cell] = power
      if (!(max >= power)) this.powerMaxW[cell] = power
    }
  }

  finish(): UsageCells {
    const coveredMs = this.covered.import
    for (let cell = 0; cell < this.count; cell++) {
      coveredMs[cell] = Math.max(coveredMs[cell]!, this.covered.export[cell]!)
    }
    const places: Array<number> = []
    for (let cell = 0; cell < this.count; cell++) if (this.isKnown[cell] === 1) places.push(cell)
    const isAll = places.length === this.count
    const column = (of: Float64Array) => (isAll ? of : of.filter((_, cell) => this.isKnown[cell] === 1))
    const small = (of: Uint8Array) => (isAll ? of : of.filter((_, cell) => this.isKnown[cell] === 1))
    return {
      starts: Float64Array.from(places, (cell) => this.start + cell * CELL_MS),
      imported: column(this.imported),
      exported: column(this.exported),
      estimated: column(this.estimated),
      coveredMs: column(coveredMs),
      quality: small(this.quality),
      events: small(this.events),
      powerMinW: column(this.powerMinW),
      powerMaxW: column(this.powerMaxW),
      readings: column(this.readings)
    }
  }
}

/**
 * The usage of one channel by quarter hours of UTC, from its readings and its rules alone.
 *
 * `readings` are all those inside `within`, whose ends are quarter hours, and some before and after it: a
 * step reaches over the edge, and whether a register is a blip its neighbours tell. Undefined means that
 * these are too few to be certain: ask again with more. However many there are, the answer is the same as if
 * all readings had been given, so usage can be computed anew piece by piece.
 */
export const usageOf = (
  readings: ChannelReadings,
  rules: UsageRules,
  within: Interval,
  known: Known
): UsageCells | undefined => {
  const both = stepsOf(readings, rules, within, known)
  if (both === undefined) return undefined
  const filling = new Filling(within)
  for (const direction of ["import", "export"] as const) {
    for (const step of both[direction].steps) {
      if (step.end > within.start && step.start < within.end) filling.addStep(step, direction)
    }
    for (const { at, event } of both[direction].left) filling.note(at, bitOf(event))
  }
  filling.addReadings(readings)
  return filling.finish()
}

import type { UsageRules } from "../model/UsageRules.ts"
import { fromWhOrThrow } from "../quantity/Energy.ts"
import type { ChannelReadings } from "./ChannelReadings.ts"
import { exceeds, MAX_STEP_MS, type Step, type Steps } from "./Step.ts"

const stepOf = (
  readings: ChannelReadings,
  i: number,
  energy: number,
  previous: number,
  rules: UsageRules
): Step => {
  const end = readings.at[i]!
  const since = readings.since[i]!
  const isNear = end - previous <= MAX_STEP_MS
  const isOwn = end - since <= MAX_STEP_MS && !(isNear && previous > since)
  // The first energy of all has no beginning: it is booked where it ends, rather than lost.
  const start = isOwn ? since : isNear ? previous : end - 1
  const isHeld = (isOwn || isNear) && exceeds(energy, end - start, rules.maxPowerW)
  return {
    start,
    end,
    energy: isHeld ? null : energy,
    covered: !isHeld && (isOwn || (isNear && end - start <= rules.maxGapMs)),
    edited: readings.edited[i] === 1,
    event: isHeld ? "held" : null
  }
}

/**
 * The steps of energies that are told as such: each from the reading before, or from its own `since` when
 * that is later, so that no two ever cover the same time.
 */
export const deltaSteps = (
  readings: ChannelReadings,
  direction: "import" | "export",
  rules: UsageRules,
  within: { readonly start: number; readonly end: number },
  whole: { readonly before: boolean; readonly after: boolean }
): Steps | undefined => {
  const [column, other] =
    direction === "import"
      ? [readings.importDeltaWh, readings.exportDeltaWh]
      : [readings.exportDeltaWh, readings.importDeltaWh]
  const steps: Array<Step> = []
  let previous = Number.NaN
  let reachesBefore = whole.before
  let reachesAfter = whole.after
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    if (Number.isNaN(value) && Number.isNaN(other[i]!)) continue
    const end = readings.at[i]!
    if (!Number.isNaN(value)) steps.push(stepOf(readings, i, fromWhOrThrow(value), previous, rules))
    if (end <= within.start) reachesBefore = true
    if (end >= within.end) reachesAfter = true
    previous = end
  }
  return reachesBefore && reachesAfter ? { steps, left: [] } : undefined
}

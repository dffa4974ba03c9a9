import type { UsageRules } from "../model/UsageRules.ts"
import { energyOver, type Power } from "../quantity/Power.ts"
import type { ChannelReadings } from "./ChannelReadings.ts"
import { MAX_STEP_MS, type Step, type Steps } from "./Step.ts"

/**
 * The steps of power: each holds until the next one, but no longer than the gap the rules allow.
 *
 * Devices report power when it changes, so the last one said is the best there is; what it is after a gap
 * nobody knows.
 */
export const powerSteps = (
  readings: ChannelReadings,
  rules: UsageRules,
  within: { readonly start: number; readonly end: number },
  whole: { readonly before: boolean; readonly after: boolean }
): { readonly import: Steps; readonly export: Steps } | undefined => {
  const imported: Array<Step> = []
  const exported: Array<Step> = []
  let previous = -1
  let reachesBefore = whole.before
  let reachesAfter = whole.after
  for (let i = 0; i < readings.powerW.length; i++) {
    if (Number.isNaN(readings.powerW[i]!)) continue
    const at = readings.at[i]!
    const start = readings.at[previous] ?? Number.NaN
    if (at - start <= MAX_STEP_MS) {
      const end = Math.min(at, start + rules.maxGapMs)
      const power = readings.powerW[previous]!
      const isHeld = Math.abs(power) > rules.maxPowerW
      const energy = isHeld ? null : energyOver(power as Power, end - start)
      const edited = readings.edited[previous] === 1 || readings.edited[i] === 1
      const step = { start, end, covered: !isHeld, edited, event: isHeld ? ("held" as const) : null }
      imported.push({ ...step, energy: energy === null ? null : Math.max(0, energy) })
      exported.push({ ...step, energy: energy === null ? null : Math.max(0, -energy) })
    }
    if (at <= within.start) reachesBefore = true
    if (at >= within.end) reachesAfter = true
    previous = i
  }
  return reachesBefore && reachesAfter
    ? { import: { steps: imported, left: [] }, export: { steps: exported, left: [] } }
    : undefined
}

import type { History, Steps } from "./History.ts"
import * as PowerBalance from "./PowerBalance.ts"

/** The four quantities a chart draws. */
export const lines = ["house", "solar", "battery", "grid"] as const
export type Line = (typeof lines)[number]

/** The balance at the end of every step; undefined where it is not known. */
export type PowerHistory = { readonly [line in Line]: ReadonlyArray<number | undefined> }

/** How long a value counts until the next, and how long the newest one of what measures the whole. */
export interface Hold {
  readonly betweenMs: number
  readonly newestMs: number
}

/**
 * Balances the location at every step of its recent past.
 *
 * The house's use is left open where something that it is computed from was not known yet: a solar inverter
 * that speaks every five minutes would otherwise begin with a step that nobody used.
 */
export const make = (
  devices: ReadonlyArray<PowerBalance.Measured>,
  history: History,
  steps: Steps,
  hold: Hold
): PowerHistory => {
  const hasGrid = devices.some(({ role }) => role === "grid")
  // What each load takes matters only where no grid meter tells the whole.
  const needed = devices
    .filter(({ role }) => !hasGrid || role !== "load")
    .map((device) => {
      const isWhole = device.role === (hasGrid ? "grid" : "load")
      const { betweenMs } = hold
      const newestMs = isWhole ? hold.newestMs : betweenMs
      return { ...device, said: history.values(device.id, steps, betweenMs, newestMs) }
    })
    .filter(({ said }) => said.some((watts) => watts !== undefined))
  const balances = Array.from({ length: steps.count }, (_, step) => {
    const power = new Map<string, number>()
    for (const { id, said } of needed) if (said[step] !== undefined) power.set(id, said[step])
    const balance = PowerBalance.make(needed, power)
    const isOpen = hasGrid && needed.some(({ said }) => said[step] === undefined)
    return isOpen ? { ...balance, house: undefined } : balance
  })
  return {
    house: balances.map(({ house }) => house),
    solar: balances.map(({ solar }) => solar),
    battery: balances.map(({ battery }) => battery),
    grid: balances.map(({ grid }) => grid)
  }
}

/** A wall box for one electric car. */
export interface Charger {
  readonly maxW: number
  /** Below this the car does not charge at all. */
  readonly minW: number
  /** `immediate` charges on arrival; `smart` takes surplus in the evening and the rest after midnight. */
  readonly mode: "immediate" | "smart"
}

/** One stay of the car. */
export interface Stay {
  readonly plugAt: number
  readonly leaveAt: number
  /** From here on a smart charger no longer waits for surplus. */
  readonly offPeakAt: number
  readonly neededMj: number
}

/** What a charger carries from step to step: how much the car of the current stay has taken. */
export interface ChargerState {
  readonly plugAt: number
  readonly chargedMj: number
}

/** A usual three-phase wall box. */
export const usual: Charger = { maxW: 11_000, minW: 1_380, mode: "smart" }

const standbyW = 3

/** One step: what the charger draws, given the surplus that would otherwise be exported. */
export const step = (
  charger: Charger,
  state: ChargerState,
  stay: Stay | undefined,
  at: number,
  surplusW: number,
  stepMs: number
): { readonly powerW: number; readonly state: ChargerState } => {
  if (stay === undefined) return { powerW: standbyW, state }
  const current = state.plugAt === stay.plugAt ? state : { plugAt: stay.plugAt, chargedMj: 0 }
  const missing = Math.floor((stay.neededMj - current.chargedMj) / stepMs)
  const offered =
    charger.mode === "immediate" || at >= stay.offPeakAt ? charger.maxW : Math.floor(surplusW / 230) * 230
  // The last step may fall below the minimum: it is the average of a step in which the car stopped part-way.
  const taken = offered < charger.minW ? 0 : Math.max(0, Math.min(offered, charger.maxW, missing))
  return {
    powerW: taken + standbyW,
    state: { plugAt: current.plugAt, chargedMj: current.chargedMj + taken * stepMs }
  }
}

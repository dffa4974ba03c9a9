/** An air-to-water heat pump and the rooms that it keeps warm. */
export interface HeatPump {
  readonly targetC: number
  /** Half the distance between switching on and switching off. */
  readonly hysteresisC: number
  /** Heat lost per degree between inside and outside. */
  readonly lossWPerK: number
  /** Heat that warms the rooms by one degree, in watt-hours. */
  readonly capacityWhPerK: number
}

/** What a heat pump carries from step to step. */
export interface HeatState {
  readonly indoorC: number
  readonly on: boolean
}

/** A usual, decently insulated family of rooms. */
export const usual: HeatPump = { targetC: 20.8, hysteresisC: 0.25, lossWPerK: 135, capacityWhPerK: 6_000 }

const gainsW = 320
const standbyW = 8

/** Heat out per electricity in; it falls with the temperature outside. */
export const performance = (outdoorC: number): number => Math.min(5.2, Math.max(1.8, 3.1 + 0.065 * (outdoorC - 2)))

/** One step: what the pump draws, and the rooms after it; while it makes hot water the rooms only cool down. */
export const step = (
  pump: HeatPump,
  state: HeatState,
  outdoorC: number,
  hotWater: boolean,
  jitterW: number,
  stepMs: number
): { readonly powerW: number; readonly state: HeatState } => {
  const on = state.on
    ? state.indoorC < pump.targetC + pump.hysteresisC
    : state.indoorC < pump.targetC - pump.hysteresisC
  const heatingW = Math.min(2_800, Math.max(1_300, 1_500 + 28 * (10 - outdoorC))) + jitterW
  const powerW = hotWater ? 2_350 + jitterW : on ? heatingW : 0
  const heatW = on && !hotWater ? powerW * performance(outdoorC) : 0
  const balanceW = heatW + gainsW - pump.lossWPerK * (state.indoorC - outdoorC)
  const indoorC = state.indoorC + balanceW * (stepMs / 3_600_000) / pump.capacityWhPerK
  return { powerW: Math.round(powerW) + standbyW, state: { indoorC, on } }
}

/** An air-to-water heat pump and the rooms that it keeps warm. */
export interface HeatPump {
  readonly targetC: number
  /** Half the distance between switching on and switching off. */
  readonly hysteresisC: number
  /** Heat lost per degree between inside and outside. */
  readonly lossWPerK: number
  /** Heat that warms the rooms by one degree, in watt-hours. */
  readonly capacityWhPerK: number
  /** Square metres of glass that face the noon sun. */
  readonly glassM2: number
}

/** What a heat pump carries from step to step. */
export interface HeatState {
  readonly indoorC: number
  readonly on: boolean
}

/** A usual, decently insulated family of rooms. */
export const usual: HeatPump = {
  targetC: 20.8,
  hysteresisC: 0.25,
  lossWPerK: 135,
  capacityWhPerK: 6_000,
  glassM2: 2.5
}

// People and appliances warm the rooms too.
const gainsW = 320
// Above this temperature outside, a heating curve asks for nothing.
const heatingLimitC = 16
const standbyW = 8

/** Heat out per electricity in; it falls with the temperature outside. */
const performance = (outdoorC: number): number => Math.min(5.2, Math.max(1.8, 3.1 + 0.065 * (outdoorC - 2)))

/** What the pump meets during one step. */
export interface Conditions {
  readonly outdoorC: number
  /** Sunlight on a square metre of that glass. */
  readonly sunWPerM2: number
  readonly hotWater: boolean
  readonly jitterW: number
}

/**
 * One step: what the pump draws, and the rooms after it; while it makes hot water the rooms only cool down.
 */
export const step = (
  pump: HeatPump,
  state: HeatState,
  now: Conditions,
  stepMs: number
): { readonly powerW: number; readonly state: HeatState } => {
  const { outdoorC, hotWater, jitterW } = now
  const edgeC = pump.targetC + (state.on ? pump.hysteresisC : -pump.hysteresisC)
  const on = state.indoorC < edgeC && outdoorC < heatingLimitC
  const heatingW = Math.min(2_800, Math.max(1_300, 1_500 + 28 * (10 - outdoorC))) + jitterW
  const powerW = hotWater ? 2_350 + jitterW : on ? heatingW : 0
  const heatW = on && !hotWater ? powerW * performance(outdoorC) : 0
  const freeW = gainsW + now.sunWPerM2 * pump.glassM2
  const balanceW = heatW + freeW - pump.lossWPerK * (state.indoorC - outdoorC)
  const indoorC = state.indoorC + (balanceW * (stepMs / 3_600_000)) / pump.capacityWhPerK
  return { powerW: Math.round(powerW) + standbyW, state: { indoorC, on } }
}

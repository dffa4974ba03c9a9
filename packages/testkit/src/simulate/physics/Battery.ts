/** A stationary battery that stores surplus and covers the load. */
export interface Battery {
  readonly capacityWh: number
  readonly maxChargeW: number
  readonly maxDischargeW: number
  /** Share of the energy put in that comes out again; both ways lose the same. */
  readonly roundTripEfficiency: number
  /** Below this state of charge the battery does not discharge. */
  readonly reservePct: number
  readonly startPct: number
}

/** A usual battery for one family. */
export const usual: Battery = {
  capacityWh: 10_000,
  maxChargeW: 5_000,
  maxDischargeW: 5_000,
  roundTripEfficiency: 0.9,
  reservePct: 5,
  startPct: 40
}

const mjPerWh = 3_600_000

/**
 * What is stored, from what went in and out since the start, in millijoules.
 *
 * It is computed from the registers and not carried along, so rounding cannot pile up and the state of charge
 * always agrees with the two registers.
 */
export const storedMj = (battery: Battery, importMj: number, exportMj: number): number => {
  const oneWay = Math.sqrt(battery.roundTripEfficiency)
  return (battery.capacityWh * mjPerWh * battery.startPct) / 100 + importMj * oneWay - exportMj / oneWay
}

/** State of charge in percent, to two decimals. */
export const stateOfChargePct = (battery: Battery, importMj: number, exportMj: number): number => {
  const share = storedMj(battery, importMj, exportMj) / (battery.capacityWh * mjPerWh)
  return Math.min(100, Math.max(0, Math.round(share * 10_000) / 100))
}

/** Whole watts for `stepMs` (+ charge, − discharge) that bring `netW` towards zero within all limits. */
export const respond = (battery: Battery, stored: number, netW: number, stepMs: number): number => {
  const oneWay = Math.sqrt(battery.roundTripEfficiency)
  if (netW < 0) {
    const room = battery.capacityWh * mjPerWh - stored
    return Math.max(0, Math.min(-netW, battery.maxChargeW, Math.floor(room / oneWay / stepMs)))
  }
  const left = stored - (battery.capacityWh * mjPerWh * battery.reservePct) / 100
  const discharge = Math.min(netW, battery.maxDischargeW, Math.floor((left * oneWay) / stepMs))
  return discharge > 0 ? -discharge : 0
}

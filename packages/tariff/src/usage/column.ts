import type { EnergyCharge } from "../model/charge/EnergyCharge.ts"
import type { Metered } from "./Metered.ts"

/** The column of readings that a charge prices, credits below zero for `net`. */
export const columnOf = (charge: EnergyCharge, usage: Metered): Float64Array => {
  if (charge.direction === "import") return usage.imported
  if (charge.direction === "export") return usage.exported
  return usage.imported.map((value, i) => value - usage.exported[i]!)
}

import * as Schema from "effect/Schema"
import { CreditCharge } from "./CreditCharge.ts"
import { DemandCharge } from "./DemandCharge.ts"
import { EnergyCharge } from "./EnergyCharge.ts"
import { FixedCharge } from "./FixedCharge.ts"
import { LimitCharge } from "./LimitCharge.ts"
import { PercentCharge } from "./PercentCharge.ts"

/** One kind of line of a bill. */
export const Charge = Schema.Union([
  EnergyCharge,
  DemandCharge,
  FixedCharge,
  LimitCharge,
  PercentCharge,
  CreditCharge
])
/** One kind of line of a bill. */
export type Charge = typeof Charge.Type

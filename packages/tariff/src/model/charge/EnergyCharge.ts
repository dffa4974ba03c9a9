import * as Schema from "effect/Schema"
import { Price } from "../Price.ts"
import { chargeFields } from "./ChargeFields.ts"

/**
 * Money per kWh. A positive price on import is a charge and on export a credit; a negative one the reverse.
 *
 * `direction: "net"` prices import minus export of each interval, credits included.
 */
export const EnergyCharge = Schema.Struct({
  kind: Schema.Literal("energy"),
  ...chargeFields,
  direction: Schema.Literals(["import", "export", "net"]),
  price: Price
})
/** Money per kWh. */
export type EnergyCharge = typeof EnergyCharge.Type

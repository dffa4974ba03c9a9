import type { Charge } from "../model/charge/Charge.ts"
import type { Tariff, Version } from "../model/Tariff.ts"

/** What a check looks at besides the charge, and where it reports. */
export interface Scope {
  readonly tariff: Tariff
  readonly version: Version
  readonly charges: ReadonlyArray<Charge>
  readonly add: (path: string, message: string) => void
}

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,12})?$/

/** Whether something is a decimal as prices and amounts are written. */
export const isDecimal = (value: unknown): value is string => typeof value === "string" && DECIMAL.test(value)

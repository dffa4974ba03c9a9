import { type QuantityName, Unit } from "@wattkit/core"
import * as Result from "effect/Result"

/** The unit each quantity is read in. */
export const unitOf: { readonly [name in QuantityName]: string } = {
  powerW: "W",
  importWh: "Wh",
  exportWh: "Wh",
  importDeltaWh: "Wh",
  exportDeltaWh: "Wh",
  voltageV: "V",
  currentA: "A",
  frequencyHz: "Hz",
  powerFactor: "1",
  temperatureC: "°C",
  stateOfChargePct: "%"
}

/** Turns a number that was sent into one of a quantity; undefined where the units do not go together. */
export const conversion = (
  quantity: QuantityName,
  sentIn: string
): ((value: number) => number) | undefined => {
  const from = Unit.fromString(sentIn)
  const to = Unit.fromString(unitOf[quantity])
  if (Result.isFailure(from) || Result.isFailure(to)) return undefined
  const made = Unit.converter(from.success, to.success)
  return Result.isSuccess(made) ? made.success : undefined
}

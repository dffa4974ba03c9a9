import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"
import * as Decimal from "./Decimal.ts"
import * as Energy from "./Energy.ts"
import { InvalidQuantity } from "./QuantityError.ts"

/**
 * What turns a metered volume of gas into energy; both numbers are published by the network per day or
 * month.
 */
export interface GasQuality {
  /** Gross calorific value in MJ per m³. */
  readonly calorificValue: Decimal.DecimalInput
  /** Correction of the volume for temperature and pressure; 1.02264 in Great Britain. */
  readonly volumeCorrection: Decimal.DecimalInput
}

/** The energy of a volume of gas in m³, exact up to the milliwatt-hour it is rounded to. */
export const energyOf = (
  volume: Decimal.DecimalInput,
  quality: GasQuality
): Result.Result<Energy.Energy, InvalidQuantity> => {
  const factors = Result.all([
    Decimal.from(volume),
    Decimal.from(quality.volumeCorrection),
    Decimal.from(quality.calorificValue)
  ])
  if (Result.isFailure(factors)) return Result.fail(factors.failure)
  const megajoules = BigDecimal.multiplyAll(factors.success)
  if (BigDecimal.isNegative(megajoules)) {
    return Result.fail(
      new InvalidQuantity({ input: Decimal.format(megajoules), message: "expected no negative gas" })
    )
  }
  // One MJ is 2 500 000/9 mWh; adding half of the divisor before dividing rounds to the nearest.
  const divisor = 9n * 10n ** BigInt(Math.max(megajoules.scale, 0))
  const dividend = megajoules.value * 2_500_000n * 10n ** BigInt(Math.max(-megajoules.scale, 0))
  const units = Number((2n * dividend + divisor) / (2n * divisor))
  return Number.isSafeInteger(units)
    ? Result.succeed(Energy.fromMilliWattHours(units))
    : Result.fail(new InvalidQuantity({ input: String(units), message: "expected at most 9 TWh" }))
}

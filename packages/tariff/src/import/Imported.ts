import * as Result from "effect/Result"
import { decodeTariff } from "../decode.ts"
import type { Series } from "../model/Series.ts"
import type { Tariff } from "../model/Tariff.ts"
import { NotImported } from "./NotImported.ts"

/** A field that is not in what was imported, or is there with a meaning that had to be assumed. */
export interface Unmapped {
  readonly field: string
  readonly reason: string
}

/** A tariff made from somebody else's document, with the price series it names. */
export interface ImportedTariff {
  readonly tariff: Tariff
  /** To be given to `bill` as they are. */
  readonly series: Readonly<Record<string, Series>>
  readonly warnings: ReadonlyArray<Unmapped>
}

/** A time without a price, as instants. */
export interface Gap {
  readonly start: number
  readonly end: number
}

/** A price that a later publication has replaced by another one. */
export interface Replaced {
  readonly start: number
  readonly end: number
  readonly before: number
  readonly after: number
}

/** Prices made from somebody else's documents. */
export interface ImportedPrices {
  /** Prices per kWh. */
  readonly series: Series
  /** Times between the first and the last price that have none; nothing is invented for them. */
  readonly gaps: ReadonlyArray<Gap>
  readonly replaced: ReadonlyArray<Replaced>
  /** What the documents say of themselves, as they say it. */
  readonly about: Readonly<Record<string, string>>
  readonly warnings: ReadonlyArray<Unmapped>
}

/** A tariff that is read as any other one, so that what cannot be priced is refused here already. */
export const checked = (tariff: Tariff): Tariff => {
  const decoded = decodeTariff(tariff)
  if (Result.isFailure(decoded)) throw new NotImported("refused", decoded.failure.problems)
  return decoded.success
}

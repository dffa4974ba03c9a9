import * as Schema from "effect/Schema"
import { Instant } from "../time/Instant.ts"

const register = Schema.Finite.check(
  Schema.isBetween({ minimum: 0, maximum: 9e12 }, { message: "must be between 0 and 9000000000000" })
)
const above0 = (maximum: number) =>
  Schema.Finite.check(
    Schema.isGreaterThan(0, { message: "must be more than 0" }),
    Schema.isLessThanOrEqualTo(maximum, { message: `must be at most ${maximum}` })
  )

/**
 * A meter was replaced: the last register of the old one and the first of the new one.
 *
 * A register that is not said was not read: what was used up to the exchange is then not known.
 */
export const MeterExchange = Schema.Struct({
  at: Instant,
  finalImportWh: Schema.optionalKey(register),
  startImportWh: Schema.optionalKey(register),
  finalExportWh: Schema.optionalKey(register),
  startExportWh: Schema.optionalKey(register)
})
export type MeterExchange = typeof MeterExchange.Type

/**
 * What a register that was held really did, said by a person: of the step that ends with the reading at `at`.
 */
export const Confirmation = Schema.Struct({
  at: Instant,
  as: Schema.Literals(["advance", "rollover", "reset", "nothing"])
})
export type Confirmation = typeof Confirmation.Type

/** How the readings of one channel become usage. */
export const UsageRules = Schema.Struct({
  /** Which quantity counts; the others are kept and shown, but not summed. */
  basis: Schema.Literals(["register", "delta", "power"]),
  /** A `daily` register begins anew every day, so a fall of it is always a reset. */
  register: Schema.Literals(["lifetime", "daily"]),
  /** The register begins at 0 again when it reaches this; null when it is too wide ever to. */
  modulusWh: Schema.NullOr(above0(9e12)),
  /** Energy that implies more power than this over ten seconds or more is held until somebody confirms it. */
  maxPowerW: above0(1e9),
  /** Time without readings longer than this counts as not measured. At most 31 days. */
  maxGapMs: Schema.Int.check(
    Schema.isBetween({ minimum: 1, maximum: 31 * 86_400_000 }, { message: "must be from 1 to 2678400000" })
  ),
  exchanges: Schema.Array(MeterExchange),
  confirmations: Schema.Array(Confirmation)
})
export type UsageRules = typeof UsageRules.Type

/**
 * The rules of a channel nobody said anything about: a lifetime register of at most 10 MW, gaps from an hour.
 */
export const usualRules: UsageRules = {
  basis: "register",
  register: "lifetime",
  modulusWh: null,
  maxPowerW: 10_000_000,
  maxGapMs: 3_600_000,
  exchanges: [],
  confirmations: []
}

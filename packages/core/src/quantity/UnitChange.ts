/** A register that seems to go on in another unit: its new values times `factor` continue the old ones. */
export interface UnitChange {
  readonly factor: number
  readonly likely: string
}

const CHANGES: ReadonlyArray<UnitChange> = [
  { factor: 1000, likely: "Wh to kWh" },
  { factor: 1 / 1000, likely: "kWh to Wh" },
  { factor: 1_000_000, likely: "Wh to MWh" },
  { factor: 1 / 1_000_000, likely: "MWh to Wh" },
  { factor: 3600, likely: "J to Wh" },
  { factor: 1 / 3600, likely: "Wh to J" },
  { factor: 3_600_000, likely: "J to kWh" },
  { factor: 1 / 3_600_000, likely: "kWh to J" },
  { factor: 60, likely: "W·min to Wh" },
  { factor: 1 / 60, likely: "Wh to W·min" }
]

/** Below this a register is new, and any small number could follow. */
const SMALLEST = 10
/** How far the register may have gone on, or its new value have been cut, as a share of it. */
const TOLERANCE = 0.01

/**
 * Whether a register that jumped probably changed its unit: 12 345 678 followed by 12 345.9 was Wh and is kWh
 * now.
 *
 * It is a suspicion to confirm, not a reset to book and not a conversion to make silently.
 */
export const suspectUnitChange = (before: number, after: number): UnitChange | undefined => {
  if (!(before >= SMALLEST && after >= SMALLEST)) return undefined
  return CHANGES.find((change) => Math.abs(after * change.factor - before) <= before * TOLERANCE)
}

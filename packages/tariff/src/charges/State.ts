import { AMOUNT_DIGITS, format, parse } from "../exact/Scaled.ts"

/**
 * What one bill hands to the next, as plain JSON; amounts are decimal texts.
 *
 * Keeping it with the bill makes billing a chain in which no bill has to be computed again.
 */
export interface Carry {
  /** Money credits not used yet. */
  readonly money: string
  /** Milliwatt-hours not used yet, by period. */
  readonly energy: Readonly<Record<string, number>>
  /** Surplus of all periods together since the credit year began. */
  readonly surplus: number
  /** Net import since the credit year began, by period, where netting is by the year. */
  readonly net: Readonly<Record<string, number>>
  /** The month 1–12 the bill ended in. */
  readonly month: number
  /** Highest demands in milliwatts by charge and month `2026-01`, or year `2026` if charged by the year. */
  readonly peaks: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Sums of a year for yearly minimums and maximums, by charge. */
  readonly sums: Readonly<Record<string, string>>
  /** Milliwatt-hours counted in yearly tiers, by charge. */
  readonly tiers: Readonly<Record<string, ReadonlyArray<number>>>
}

/** `Carry` while bills are made. */
export interface State {
  money: bigint
  energy: Map<string, number>
  surplus: number
  net: Map<string, number>
  month: number
  peaks: Map<string, Map<string, number>>
  sums: Map<string, bigint>
  tiers: Map<string, ReadonlyArray<number>>
}

/** The state before the first bill. */
export const emptyState = (): State => ({
  money: 0n,
  energy: new Map(),
  surplus: 0,
  net: new Map(),
  month: 0,
  peaks: new Map(),
  sums: new Map(),
  tiers: new Map()
})

const entries = <V>(record: Readonly<Record<string, V>>): Map<string, V> => new Map(Object.entries(record))

/** Reads what an earlier bill handed over. */
export const fromCarry = (carry: Carry | undefined): State =>
  carry === undefined
    ? emptyState()
    : {
        money: parse(carry.money, AMOUNT_DIGITS),
        energy: entries(carry.energy),
        surplus: carry.surplus,
        net: entries(carry.net),
        month: carry.month,
        peaks: new Map(Object.entries(carry.peaks).map(([id, months]) => [id, entries(months)])),
        sums: new Map(Object.entries(carry.sums).map(([id, text]) => [id, parse(text, AMOUNT_DIGITS)])),
        tiers: entries(carry.tiers)
      }

const record = <V, W>(map: ReadonlyMap<string, V>, of: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Array.from(map, ([key, value]) => [key, of(value)]))

/** Writes what the next bill needs. */
export const toCarry = (state: State): Carry => ({
  money: format(state.money, AMOUNT_DIGITS),
  energy: Object.fromEntries(state.energy),
  surplus: state.surplus,
  net: Object.fromEntries(state.net),
  month: state.month,
  peaks: record(state.peaks, (months) => Object.fromEntries(months)),
  sums: record(state.sums, (units) => format(units, AMOUNT_DIGITS)),
  tiers: Object.fromEntries(state.tiers)
})

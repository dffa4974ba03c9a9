import { kWh, type Metered, shown } from "../Metered.ts"
import type { Moment, Tells } from "../Speaker.ts"

/** A direction of a smart meter: what was counted while the low tariff held, and while the high one did. */
interface Registers {
  low: number
  high: number
}

/** Low is 23:00 to 07:00 and the weekend. */
export const isLow = ({ date, minute }: Moment): boolean =>
  minute < 7 * 60 || minute >= 23 * 60 || [0, 6].includes(new Date(`${date}T12:00:00Z`).getUTCDay())

/** Counts by tariff what a meter counts as a whole, and shows it with three digits of kilowatt-hours. */
export class Tariffs {
  #last: Metered | undefined
  readonly #import: Registers = { low: 0, high: 0 }
  readonly #export: Registers = { low: 0, high: 0 }

  count(now: Metered, moment: Moment): void {
    const last = this.#last
    this.#last = now
    if (last === undefined) {
      for (const [registers, all] of [
        [this.#import, now.importMwh],
        [this.#export, now.exportMwh]
      ] as const) {
        registers.low = Math.floor(all * 0.45)
        registers.high = all - registers.low
      }
      return
    }
    const tariff = isLow(moment) ? "low" : "high"
    this.#import[tariff] += now.importMwh - last.importMwh
    this.#export[tariff] += now.exportMwh - last.exportMwh
  }

  /** The four registers: import low and high, export low and high. */
  shown(): readonly [string, string, string, string] {
    const text = (value: number) => shown(value, kWh, 3)
    return [text(this.#import.low), text(this.#import.high), text(this.#export.low), text(this.#export.high)]
  }
}

/** What the gas meter showed at the last full hour, in cubic metres; it reports once an hour. */
export const gasAt = (at: number): { readonly at: number; readonly volume: string } => {
  const hour = Math.floor(at / 3_600_000)
  return { at: hour * 3_600_000, volume: (1_000 + (hour % 20_000) * 0.125).toFixed(3) }
}

/** What a meter with two tariffs tells of its house, however it is read. */
export const toldOf = (metered: Tells["metered"]): Tells => ({
  channel: "main",
  metered,
  directions: "both",
  resolutionWh: 2,
  why: "two tariffs with three digits of kilowatt-hours each"
})

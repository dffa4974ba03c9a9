import type { Reading } from "@wattkit/client"

interface Said {
  readonly at: number
  readonly powerW: number
}

/** What a device last said of itself, over all its channels. */
export interface DeviceState {
  /** When it last said anything, in epoch milliseconds. */
  readonly heardAt: number
  /** Its power and since when, if it ever said one. */
  readonly power: Said | undefined
  readonly stateOfChargePct: number | undefined
}

/**
 * Merges the readings of one device into its power.
 *
 * A reading says only what changed, so it overlays what was said before. The main channel is the device; only
 * a device without power there, such as a meter that reports three phases, is the sum of its channels.
 */
export class DevicePower {
  readonly #channels = new Map<string, Said>()
  #heardAt = 0
  #charge: { readonly at: number; readonly pct: number } | undefined

  /** Takes a reading in; returns the power it makes known, at its instant, if it does. */
  take(reading: Omit<Reading, "at">, at: number): Said | undefined {
    this.#heardAt = Math.max(this.#heardAt, at)
    if (reading.stateOfChargePct !== undefined && at >= (this.#charge?.at ?? 0)) {
      this.#charge = { at, pct: reading.stateOfChargePct }
    }
    if (reading.powerW === undefined) return undefined
    const channel = reading.channel ?? "main"
    const before = this.#channels.get(channel)
    if (before !== undefined && before.at > at) return undefined
    this.#channels.set(channel, { at, powerW: reading.powerW })
    const now = this.#power()
    return channel === "main" || !this.#channels.has("main") ? now : undefined
  }

  /** What is known now. */
  state(): DeviceState {
    return { heardAt: this.#heardAt, power: this.#power(), stateOfChargePct: this.#charge?.pct }
  }

  #power(): Said | undefined {
    const main = this.#channels.get("main")
    if (main !== undefined) return main
    const parts = [...this.#channels.values()]
    if (parts.length === 0) return undefined
    return {
      at: Math.max(...parts.map(({ at }) => at)),
      powerW: parts.reduce((sum, { powerW }) => sum + powerW, 0)
    }
  }
}

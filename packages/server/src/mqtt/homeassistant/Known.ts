import { type Device, type DeviceReading, type Instant, quantities, type QuantityName } from "@wattkit/core"
import { type Announcement, type ChannelState, type Shown } from "@wattkit/formats"

interface Value {
  readonly value: number
  readonly at: Instant.Instant
}

/**
 * What is known of one device: the newest value of every quantity of every channel. A reading rarely says
 * all, and one that comes late says nothing of now.
 */
export class Known {
  readonly device: Device
  readonly #channels = new Map<string, Map<QuantityName, Value>>()
  #shown: ReadonlyArray<Shown> | undefined
  /** Whether it is there, as far as was said. */
  isOnline = true

  constructor(device: Device) {
    this.device = device
  }

  /** Takes what a reading says. */
  note(reading: DeviceReading): void {
    let channel = this.#channels.get(reading.channel)
    if (channel === undefined) this.#channels.set(reading.channel, (channel = new Map()))
    for (const name of quantities) {
      const value = reading[name]
      if (value === undefined) continue
      const before = channel.get(name)
      if (before === undefined) this.#shown = undefined
      if (before === undefined || before.at <= reading.at) channel.set(name, { value, at: reading.at })
    }
  }

  /** Every number it has said, in an order that does not depend on when it said what. */
  get shown(): ReadonlyArray<Shown> {
    this.#shown ??= [...this.#channels.keys()].sort().flatMap((channel) => this.#shownOf(channel))
    return this.#shown
  }

  /** The numbers as they are now; what energy costs belongs to them, for a channel that is priced. */
  get state(): ReadonlyMap<string, ChannelState> {
    const state = new Map<string, ChannelState>()
    for (const [channel, values] of this.#channels) {
      const entries = [...values].map(([name, { value }]) => [name, value] as const)
      state.set(channel, { quantities: Object.fromEntries(entries) })
    }
    return state
  }

  /** The device as Home Assistant is told of it. */
  announcement(url: string | undefined): Announcement {
    const { id, kind, name } = this.device
    return { deviceId: id, name, manufacturer: "wattkit", model: kind, url, shown: this.shown }
  }

  #shownOf(channel: string): ReadonlyArray<Shown> {
    const said = this.#channels.get(channel)
    return quantities
      .filter((quantity) => said?.has(quantity) === true)
      .map((quantity) => ({ kind: "quantity", quantity, channel }))
  }
}

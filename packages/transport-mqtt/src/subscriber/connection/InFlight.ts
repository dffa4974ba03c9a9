/** The most that is in flight at once. */
export interface InFlightLimits {
  readonly messages: number
  readonly bytes: number
}

/**
 * What was handed over and is not acknowledged, over all connections: after a reconnect, what the old
 * connection handed over still takes its room until it is settled.
 *
 * The broker has a bound of its own, but brokers are known not to keep it.
 */
export class InFlight {
  readonly limits: InFlightLimits
  readonly #onRoom: () => void
  messages = 0
  bytes = 0
  peakMessages = 0
  peakBytes = 0
  #isScheduled = false

  /** Calls back, once for many, after something was settled. */
  constructor(limits: InFlightLimits, onRoom: () => void) {
    this.limits = limits
    this.#onRoom = onRoom
  }

  admits(bytes: number): boolean {
    return this.messages < this.limits.messages && this.bytes + bytes <= this.limits.bytes
  }

  add(bytes: number): void {
    this.messages++
    this.bytes += bytes
    if (this.messages > this.peakMessages) this.peakMessages = this.messages
    if (this.bytes > this.peakBytes) this.peakBytes = this.bytes
  }

  remove(bytes: number): void {
    this.messages--
    this.bytes -= bytes
    this.settled()
  }

  /** A batch settles its messages one after the other; what follows from it is done once, behind the last. */
  settled(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#onRoom()
    })
  }
}

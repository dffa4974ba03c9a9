/** Tells when to ask whether the broker is there, and when it is not. */
export class Pulse {
  readonly #everyMs: number
  #heard: number
  #asked: number
  #unansweredSince: number | undefined

  /** Asks every half of the keepalive, and waits as long for any sign. */
  constructor(keepaliveMs: number, now: number) {
    this.#everyMs = keepaliveMs / 2
    this.#heard = now
    this.#asked = now
  }

  /** Something arrived, or nothing could because nobody read. */
  heard(now: number): void {
    this.#heard = now
  }

  answered(): void {
    this.#unansweredSince = undefined
  }

  /**
   * An answer may be far behind in a long queue of messages, so whatever is heard is a sign of life.
   */
  isLost(now: number): boolean {
    const since = this.#unansweredSince
    return since !== undefined && now - Math.max(this.#heard, since) > this.#everyMs
  }

  /** Whether to ask now; it counts as asked. */
  isDue(now: number): boolean {
    if (this.#everyMs === 0 || now - this.#asked < this.#everyMs) return false
    this.#asked = now
    this.#unansweredSince ??= now
    return true
  }
}

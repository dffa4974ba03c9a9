import type { Instant } from "@wattkit/core"

/** So many names are remembered; one that was not heard of longest is forgotten first. */
const most = 20_000

/**
 * Gives instants to what has none of its own: the one at which it arrived, or the millisecond after the last
 * one given to the same name, so that two messages of one millisecond do not contradict each other.
 */
export class Arrivals {
  readonly #last = new Map<string, number>()

  /** The instant for something that arrived at `arrived`. */
  next(name: string, arrived: Instant.Instant): Instant.Instant {
    const at = Math.max(arrived, (this.#last.get(name) ?? -Infinity) + 1) as Instant.Instant
    this.note(name, at)
    return at
  }

  /** Remembers that an instant of a name is taken. */
  note(name: string, at: Instant.Instant): void {
    // Taken out and put back, so that the oldest name stands first.
    this.#last.delete(name)
    this.#last.set(name, at)
    if (this.#last.size <= most) return
    const [oldest] = this.#last.keys()
    if (oldest !== undefined) this.#last.delete(oldest)
  }
}

/** Somebody who waits for room, and goes on when it is his turn. */
export interface Waiter {
  readonly proceed: () => void
}

/**
 * Bounds what is in flight in the whole broker, by count and by bytes.
 *
 * Whoever finds it full stops reading and waits in line. While somebody waits, nobody goes past him.
 */
export class Room {
  readonly #most: { readonly messages: number; readonly bytes: number }
  readonly #waiting = new Set<Waiter>()
  #turn: Waiter | undefined
  #waking = false
  messages = 0
  bytes = 0
  peakMessages = 0
  peakBytes = 0

  constructor(most: { readonly messages: number; readonly bytes: number }) {
    this.#most = most
  }

  #hasRoom(bytes: number): boolean {
    return this.messages < this.#most.messages && this.bytes + bytes <= this.#most.bytes
  }

  /** Takes room, or puts the one who asks into the line. */
  enter(bytes: number, who: Waiter): boolean {
    const isNext = this.#waiting.size === 0 || this.#turn === who
    if (!isNext || !this.#hasRoom(bytes)) {
      this.#waiting.add(who)
      return false
    }
    this.messages++
    this.bytes += bytes
    if (this.messages > this.peakMessages) this.peakMessages = this.messages
    if (this.bytes > this.peakBytes) this.peakBytes = this.bytes
    return true
  }

  leave(bytes: number): void {
    this.messages--
    this.bytes -= bytes
    this.#wakeSoon()
  }

  /** Somebody who waited does not want to any more. */
  forget(who: Waiter): void {
    if (this.#waiting.delete(who)) this.#wakeSoon()
  }

  #wakeSoon(): void {
    if (this.#waking || this.#waiting.size === 0) return
    this.#waking = true
    setImmediate(() => {
      this.#waking = false
      this.#wake()
    })
  }

  /** Lets those who wait go on, each once, until somebody does not fit in. */
  #wake(): void {
    for (let turns = this.#waiting.size; turns > 0 && this.#hasRoom(0); turns--) {
      const [who] = this.#waiting
      if (who === undefined) return
      this.#waiting.delete(who)
      this.#turn = who
      who.proceed()
      this.#turn = undefined
    }
    // What one at the head could not take may fit the next; a settled message wakes them again.
  }
}

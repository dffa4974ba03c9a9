import type { StoredReadings } from "@wattkit/core"
import * as Notification from "./Notification.ts"
import * as Wire from "./wire.ts"

/** So much waits to be sent at most; beyond it everything that waits is given up. */
const mostWaiting = 50_000
/** So much is sent with one statement. */
const atOnce = 2_000

/** Readings and statuses, and something for the news itself. */
const sizeOf = ({ readings, statuses = [] }: StoredReadings): number => 1 + readings.length + statuses.length

/**
 * What this process has to tell the others.
 *
 * Its notifications are numbered, so that whoever listens sees when some are missing: those that were given
 * up leave out a number.
 */
export class Outbox {
  readonly #from: string
  #words: Array<"hello" | "here"> = []
  #news: Array<StoredReadings> = []
  #size = 0
  #sequence = 0
  #hasGivenUp = false

  constructor(from: string) {
    this.#from = from
  }

  get isEmpty(): boolean {
    return this.#words.length + this.#news.length === 0
  }

  /** Says a word before all news that waits. */
  say(word: "hello" | "here"): void {
    this.#words.push(word)
  }

  add(news: StoredReadings): void {
    const size = sizeOf(news)
    if (this.#size + size > mostWaiting) this.giveUp()
    if (size > mostWaiting) return
    this.#news.push(news)
    this.#size += size
  }

  /** Gives up everything that waits, and lets the others know that something is missing. */
  giveUp(): void {
    this.#words = []
    this.#news = []
    this.#size = 0
    this.#hasGivenUp = true
  }

  /**
   * The next notifications to be sent together, none of them the same; empty when there is nothing to say.
   */
  take(): ReadonlyArray<string> {
    const words = this.#words.splice(0).map((says) => this.#next(says))
    const some = this.#takeNews()
    if (some.length === 0) return words
    const parts = Notification.cut(Wire.encode(some))
    if (parts.length > Notification.mostParts) {
      this.#hasGivenUp = true
      return words
    }
    return [...words, ...parts.map((part) => this.#next(part))]
  }

  #takeNews(): ReadonlyArray<StoredReadings> {
    let count = 0
    let size = 0
    while (count < this.#news.length && (count === 0 || size + sizeOf(this.#news[count]!) <= atOnce)) {
      size += sizeOf(this.#news[count++]!)
    }
    this.#size -= size
    return this.#news.splice(0, count)
  }

  #next(says: Notification.Notification["says"]): string {
    this.#sequence += this.#hasGivenUp ? 2 : 1
    this.#hasGivenUp = false
    return Notification.encode({ from: this.#from, sequence: this.#sequence, says })
  }
}

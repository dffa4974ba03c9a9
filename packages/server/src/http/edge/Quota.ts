/** What is left to somebody who asks. */
export interface Standing {
  readonly isWithin: boolean
  readonly limit: number
  readonly remaining: number
  /** After so many seconds everything is there again. */
  readonly resetSeconds: number
}

interface Minute {
  used: number
  readonly until: number
}

const minuteMs = 60_000

/**
 * Counts for each name what it used in a minute, which begins with its first request.
 *
 * It knows so many names at most. When there are more, those whose minute began first are forgotten, so that
 * a crowd of strangers costs no memory without end.
 */
export class Quota {
  readonly #limit: number
  readonly #mostNames: number
  /** In the order in which their minutes began, and so end. */
  readonly #minutes = new Map<string, Minute>()

  constructor(limit: number, mostNames: number) {
    this.#limit = limit
    this.#mostNames = mostNames
  }

  get size(): number {
    return this.#minutes.size
  }

  /** Takes one from what the name has, at so many milliseconds of a clock that never goes back. */
  take(name: string, now: number): Standing {
    const minute = this.#minuteOf(name, now)
    const isWithin = minute.used < this.#limit
    if (isWithin) minute.used += 1
    return {
      isWithin,
      limit: this.#limit,
      remaining: this.#limit - minute.used,
      resetSeconds: Math.max(1, Math.ceil((minute.until - now) / 1_000))
    }
  }

  #minuteOf(name: string, now: number): Minute {
    const found = this.#minutes.get(name)
    if (found !== undefined && found.until > now) return found
    this.#minutes.delete(name)
    for (const [other, { until }] of this.#minutes) {
      if (until > now && this.#minutes.size < this.#mostNames) break
      this.#minutes.delete(other)
    }
    const fresh: Minute = { used: 0, until: now + minuteMs }
    this.#minutes.set(name, fresh)
    return fresh
  }
}

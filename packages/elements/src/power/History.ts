const slotMs = 1000

/** How long a history reaches back unless said: a quarter of an hour. */
export const usualSpanMs = 15 * 60_000

/**
 * The recent power of one device: one value a second, the newest of that second.
 *
 * It is a ring addressed by time, so its size never changes, whatever arrives; readings may come in any order
 * and more than once, as they do when the past is fetched while the present already streams in.
 */
class Ring {
  readonly #at: Float64Array
  readonly #powerW: Float64Array

  constructor(slots: number) {
    this.#at = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY)
    this.#powerW = new Float64Array(slots)
  }

  add(at: number, powerW: number): void {
    const slot = Math.floor(at / slotMs) % this.#at.length
    if (this.#at[slot]! > at) return
    this.#at[slot] = at
    this.#powerW[slot] = powerW
  }

  /** Everything from an instant on, oldest first. */
  since(from: number): Array<readonly [at: number, powerW: number]> {
    const found: Array<readonly [number, number]> = []
    this.#at.forEach((at, slot) => {
      if (at >= from) found.push([at, this.#powerW[slot]!])
    })
    return found.sort(([one], [other]) => one - other)
  }
}

/** Equal steps through time; the last one ends at `end`. */
export interface Steps {
  readonly end: number
  readonly stepMs: number
  readonly count: number
}

/** The recent power of the devices of a location. */
export class History {
  readonly #rings = new Map<string, Ring>()
  readonly #slots: number

  constructor(spanMs: number = usualSpanMs) {
    // Twice the span, so that a value older than the first step can still be held over it.
    this.#slots = Math.ceil((2 * spanMs) / slotMs)
  }

  add(deviceId: string, at: number, powerW: number): void {
    let ring = this.#rings.get(deviceId)
    if (ring === undefined) this.#rings.set(deviceId, (ring = new Ring(this.#slots)))
    ring.add(at, powerW)
  }

  /**
   * The power at the end of each step: the last value said, held for `holdMs` at most, and the newest one for
   * `lastMs`; undefined where the device had been silent for longer, which is a gap and not a zero.
   */
  values(
    deviceId: string,
    steps: Steps,
    holdMs: number,
    lastMs: number = holdMs
  ): ReadonlyArray<number | undefined> {
    const { count, end, stepMs } = steps
    const said = this.#rings.get(deviceId)?.since(end - count * stepMs - holdMs) ?? []
    let next = 0
    return Array.from({ length: count }, (_, step) => {
      const at = end - (count - 1 - step) * stepMs
      while (next < said.length && said[next]![0] <= at) next++
      const last = said[next - 1]
      const longest = next === said.length ? lastMs : holdMs
      return last === undefined || at - last[0] > longest ? undefined : last[1]
    })
  }

  /** The mean of what was said from an instant on, for an order that does not jump with every reading. */
  mean(deviceId: string, from: number): number | undefined {
    const said = this.#rings.get(deviceId)?.since(from) ?? []
    return said.length === 0 ? undefined : said.reduce((sum, [, powerW]) => sum + powerW, 0) / said.length
  }
}

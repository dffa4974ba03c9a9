/** So many at most within any time of that length. */
export interface Limit {
  readonly most: number
  readonly withinMs: number
}

/** So many keys are remembered before the one that was counted the longest time ago is forgotten. */
const remembered = 20_000

/** No key is longer: whoever is counted must not fill the memory either. */
const longest = 400

/** Counts what happens, apart for each of many keys, and tells when the limit allows the next. */
export class Tally {
  readonly #limit: Limit
  readonly #remembered: number
  readonly #times = new Map<string, ReadonlyArray<number>>()

  constructor(limit: Limit, mostKeys = remembered) {
    this.#limit = limit
    this.#remembered = mostKeys
  }

  /** After how many milliseconds there is room for one more; 0 when there is now. */
  wait(key: string, now: number): number {
    const { most, withinMs } = this.#limit
    if (most <= 0) return withinMs
    const decisive = this.#recent(key, now).at(-most)
    return decisive === undefined ? 0 : Math.min(withinMs, Math.max(1, decisive + withinMs - now))
  }

  count(key: string, now: number): void {
    const times = [...this.#recent(key, now), now].slice(-this.#limit.most)
    this.#put(key, times)
    if (this.#times.size <= this.#remembered) return
    for (const oldest of this.#times.keys()) return void this.#times.delete(oldest)
  }

  /** Takes one back that was counted at an instant. */
  takeBack(key: string, at: number): void {
    const times = this.#times.get(key.slice(0, longest))
    const index = times?.indexOf(at) ?? -1
    if (times !== undefined && index >= 0) this.#put(key, times.toSpliced(index, 1))
  }

  forget(key: string): void {
    this.#times.delete(key.slice(0, longest))
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#times.size
  }

  /** Puts a key behind all others. */
  #put(key: string, times: ReadonlyArray<number>): void {
    const short = key.slice(0, longest)
    this.#times.delete(short)
    if (times.length > 0) this.#times.set(short, times)
  }

  #recent(key: string, now: number): ReadonlyArray<number> {
    const times = this.#times.get(key.slice(0, longest)) ?? []
    return times.filter((at) => Math.abs(now - at) < this.#limit.withinMs)
  }
}

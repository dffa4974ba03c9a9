/** The most filters there are beside those a subscriber begins with. */
export const mostLater = 2_000

/** So many filters go into one packet, which brokers do not take in any size. */
const mostAtOnce = 100

/**
 * The filters that are learned on the way, and which of them the session at the broker has. It asks for what
 * is missing and gives back what is not wanted any more, in pieces.
 */
export class Later {
  #wanted: ReadonlySet<string> = new Set()
  readonly #standing = new Set<string>()
  readonly #refused = new Set<string>()
  readonly #asked = new Set<string>()

  /** Puts filters in the place of those that were wanted before; what goes beyond the most is left out. */
  want(filters: Iterable<string>): void {
    const wanted = new Set<string>()
    for (const filter of filters) {
      if (wanted.size >= mostLater) break
      wanted.add(filter)
    }
    this.#wanted = wanted
    for (const filter of this.#refused) if (!wanted.has(filter)) this.#refused.delete(filter)
  }

  /**
   * A message came that nobody wants: an earlier run asked for it, and the broker still knows. It is given
   * back, unless it came under a filter of the options.
   */
  stray(topic: string): void {
    if (!this.#wanted.has(topic) && this.#standing.size < 2 * mostLater) this.#standing.add(topic)
  }

  /** The filters the broker does not let this subscriber have. */
  get refused(): Iterable<string> {
    return this.#refused
  }

  /** What is to be asked for next. */
  missing(): ReadonlyArray<string> {
    return first(
      this.#wanted,
      (filter) => !this.#standing.has(filter) && !this.#refused.has(filter),
      this.#asked
    )
  }

  /** What is to be given back next. */
  idle(): ReadonlyArray<string> {
    return first(this.#standing, (filter) => !this.#wanted.has(filter), this.#asked)
  }

  asked(filters: ReadonlyArray<string>): void {
    for (const filter of filters) this.#asked.add(filter)
  }

  /** The broker answered; codes from 0x80 are refusals. */
  granted(filters: ReadonlyArray<string>, codes: ReadonlyArray<number>): void {
    filters.forEach((filter, i) => {
      this.#asked.delete(filter)
      if ((codes[i] ?? 0x80) < 0x80) this.#standing.add(filter)
      else this.#refused.add(filter)
    })
  }

  givenBack(filters: ReadonlyArray<string>): void {
    for (const filter of filters) {
      this.#asked.delete(filter)
      this.#standing.delete(filter)
    }
  }

  /** A connection begins: what the last one was asked for was perhaps never heard. */
  connected(isNewSession: boolean): void {
    this.#asked.clear()
    this.#refused.clear()
    if (isNewSession) this.#standing.clear()
  }
}

const first = (
  filters: Iterable<string>,
  isMeant: (filter: string) => boolean,
  asked: ReadonlySet<string>
): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const filter of filters) {
    if (found.length >= mostAtOnce) break
    if (isMeant(filter) && !asked.has(filter)) found.push(filter)
  }
  return found
}

import { Filter, Topic } from "@wattkit/transport-mqtt"

/** Retained announcements come within this time, or never. */
const usualLearnMs = 60_000
/** So many topics are remembered as looked at. */
const mostSeen = 20_000

/** The topics that devices announced and that are not among those listened to anyway. */
export class Learned {
  readonly #filters: ReadonlyArray<string>
  readonly #since = performance.now()
  readonly #learnMs: number
  #topics: ReadonlySet<string> = new Set()
  readonly #covered = new Set<string>()

  constructor(filters: ReadonlyArray<string>, learnMs = usualLearnMs) {
    this.#filters = filters
    this.#learnMs = learnMs
  }

  /** Takes what was announced, and answers what is to be listened to for it. */
  set(topics: ReadonlyArray<string>): Iterable<string> {
    const wanted = topics.filter(
      (topic) => Topic.isTopic(topic) && !topic.startsWith("$") && !this.#isCovered(topic)
    )
    this.#topics = new Set(wanted)
    return this.#topics
  }

  /**
   * Whether a message came that nobody asked for in this run. A broker keeps the session of an earlier run,
   * with the topics of devices that are gone since; all they say would be kept as what cannot be read.
   */
  isStray(topic: string): boolean {
    if (this.#covered.has(topic) || this.#topics.has(topic)) return false
    return performance.now() - this.#since > this.#learnMs && !this.#isCovered(topic)
  }

  #isCovered(topic: string): boolean {
    if (this.#covered.has(topic)) return true
    if (!this.#filters.some((filter) => Filter.matches(filter, topic))) return false
    if (this.#covered.size >= mostSeen) this.#covered.clear()
    this.#covered.add(topic)
    return true
  }
}

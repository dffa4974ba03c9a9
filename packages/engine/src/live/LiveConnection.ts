import type { LiveFilter, LiveNews, LivePosition, NotFound, StorageError } from "@wattkit/core"
import type { Effect, Stream } from "effect"
import type { Forbidden } from "../Forbidden.ts"
import { type LiveListener, type Selection, selects } from "./LiveListener.ts"
import type { LiveLog } from "./LiveLog.ts"

/** What somebody sees live, in parts: the state, what is new, and what was missed since. */
export interface LiveSubscription {
  /** Whether everything that was said after the position asked for is still known. */
  readonly isResumed: boolean
  /** The sequence of the last news that were logged. */
  readonly head: () => number
  /** What was said after `sequence`, coalesced, or undefined when that is not known any more. */
  readonly since: (sequence: number) => ReadonlyArray<LiveNews> | undefined
  /** The state as stored. What was said after the head at its beginning has to be shown after it. */
  readonly state: () => Stream.Stream<LiveNews, StorageError>
  readonly close: () => void
}

/** The way of one principal to what is live in its tenant. */
export interface LiveConnection {
  readonly stream: string
  readonly subscribe: (
    filter: LiveFilter,
    since: LivePosition | undefined,
    listener: LiveListener
  ) => Effect.Effect<LiveSubscription, Forbidden | NotFound | StorageError>
  readonly close: () => void
}

/** A subscription to a log. There may be ten thousand, so it is an object of a class and nothing more. */
export class Subscribed implements LiveSubscription {
  readonly isResumed: boolean
  readonly close: () => void
  readonly state: LiveSubscription["state"]
  readonly #log: LiveLog
  readonly #selection: Selection

  constructor(
    isResumed: boolean,
    log: LiveLog,
    selection: Selection,
    close: () => void,
    state: LiveSubscription["state"]
  ) {
    this.isResumed = isResumed
    this.close = close
    this.state = state
    this.#log = log
    this.#selection = selection
  }

  head(): number {
    return this.#log.head
  }

  since(sequence: number): ReadonlyArray<LiveNews> | undefined {
    if (!this.#log.covers(sequence)) return undefined
    return this.#log.since(sequence, (said) => selects(this.#selection, said))
  }
}

import type { DeviceId, LiveFilter, LiveNews, LivePosition, Rejection } from "@wattkit/core"

/** What became of readings that a client sent; the same as over HTTP. */
export interface Recorded {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
}

/** Who is told at once what is new. */
export interface NewsListener {
  readonly take: (news: LiveNews) => void
  /** News may have been lost: the state has to be shown again. */
  readonly onGap: () => void
}

/** What one filter selects: the state, what is new, and what was missed. */
export interface Selected {
  /** Whether everything after the position that was asked for is known. */
  readonly isResumed: boolean
  /** The sequence of the last news. */
  readonly head: () => number
  /** What was said after `sequence`, or undefined when that is not known any more. */
  readonly since: (sequence: number) => ReadonlyArray<LiveNews> | undefined
  readonly state: () => AsyncIterable<LiveNews>
  readonly close: () => void
}

/**
 * What the application opens for one client that it knows: this is all the protocol needs of it.
 *
 * Promises may reject with a `Failure`; what else they reject with is told to nobody.
 */
export interface Opened {
  /** The stream whose sequences the client will see. */
  readonly stream: string
  readonly subscribe: (
    filter: LiveFilter,
    since: LivePosition | undefined,
    listener: NewsListener
  ) => Promise<Selected>
  /** Stores readings, of the client itself when no device is named; resolves when they are stored. */
  readonly record: (deviceId: DeviceId | undefined, readings: unknown) => Promise<Recorded>
  readonly close: () => void
}

/** Why something could not be done: a tag that the protocol has a code for, and words for people. */
export interface Failure {
  readonly _tag: string
  readonly message: string
  /** Of `Busy`: whether the client sent too much, or everybody did. */
  readonly reason?: unknown
  readonly retryAfterMs?: unknown
}

/**
 * Where a subscriber is. `paused` is connected, but nothing more is read until something in flight is stored;
 * `held` has given the connection back, and the broker keeps what arrives, until the store works again.
 */
export type SubscriberState = "connecting" | "connected" | "paused" | "held" | "disconnected" | "closed"

/** What a subscriber has counted since it began. */
export interface SubscriberCounts {
  /** Messages handed over to be stored. */
  handedOver: number
  /** Messages acknowledged, and those of them that were refused for good. */
  acknowledged: number
  refused: number
  /** Messages that were not stored and will come again, or under QoS 0 will not. */
  notStored: number
  /** Acknowledgements that came too late for their connection and were not sent. */
  outlived: number
  /** Messages the broker sent again while they were still in flight. */
  repeated: number
  connects: number
  /** Connections that were given back because the store held too long. */
  holds: number
  sessionsLost: number
  /** Connections that ended because the broker did not keep to the protocol. */
  malformed: number
}

/** How a subscriber is. */
export interface SubscriberStatus {
  readonly state: SubscriberState
  readonly protocol: "5" | "3.1.1" | undefined
  /** Since when the subscription stands, in milliseconds since 1970; undefined while it does not. */
  readonly since: number | undefined
  readonly inFlight: { readonly messages: number; readonly bytes: number; readonly oldestMs: number }
  /** The most there was in flight at once. */
  readonly peak: { readonly messages: number; readonly bytes: number }
  readonly counts: Readonly<SubscriberCounts>
  /** Filters the broker does not let this subscriber have. */
  readonly refusedFilters: ReadonlyArray<string>
  /** Why the last connection ended or was not made. */
  readonly lastError: string | undefined
}

/** The counts of a subscriber that begins. */
export const noCounts = (): SubscriberCounts => ({
  handedOver: 0,
  acknowledged: 0,
  refused: 0,
  notStored: 0,
  outlived: 0,
  repeated: 0,
  connects: 0,
  holds: 0,
  sessionsLost: 0,
  malformed: 0
})

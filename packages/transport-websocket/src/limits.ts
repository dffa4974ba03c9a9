/** What one connection may ask of the server. */
export interface Limits {
  /** Silence after which the server asks whether the client is there. */
  readonly heartbeatMs: number
  /** Silence after which the connection is closed. */
  readonly idleMs: number
  /** So much may wait for a client that reads slowly; what is new meanwhile waits in the log of all. */
  readonly unreadBytes: number
  /** How long a client may leave its side unread before it is let go. */
  readonly stalledMs: number
  readonly frameBytes: number
  readonly subscriptions: number
  /** Frames refused before the connection is closed. */
  readonly refusals: number
  /** Submissions that may be on their way to the store; the next is not read before one is answered. */
  readonly recording: number
  /** States that are read at once, over all connections. */
  readonly states: number
}

/** What everybody starts with. */
export const limits: Limits = {
  heartbeatMs: 30_000,
  idleMs: 75_000,
  unreadBytes: 64 * 1024,
  stalledMs: 10_000,
  frameBytes: 256 * 1024,
  subscriptions: 16,
  refusals: 20,
  recording: 16,
  states: 16
}

/** What one connection may ask of the server. */
export interface Limits {
  /** Silence after which the server asks whether the client is there. */
  readonly heartbeatMs: number
  /** Silence after which the connection is closed. */
  readonly idleMs: number
  /** How long a client may leave its side unread before it is let go. */
  readonly stalledMs: number
  readonly frameBytes: number
  readonly subscriptions: number
  /** Frames refused before the connection is closed. */
  readonly refusals: number
}

/** What everybody starts with. */
export const limits: Limits = {
  heartbeatMs: 30_000,
  idleMs: 75_000,
  stalledMs: 30_000,
  frameBytes: 64 * 1024,
  subscriptions: 16,
  refusals: 20
}

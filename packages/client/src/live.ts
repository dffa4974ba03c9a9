import { type LiveClient, type SubscribeOptions, Subscription } from "./live/Subscription.ts"

export type {
  LiveEvent,
  LiveFilter,
  LiveNews,
  LiveReading,
  LiveStatus,
  LiveTold,
  LiveUpdate,
  Recorded
} from "./live/frames.ts"
export type { LiveClient, LiveState, SubscribeOptions, Subscription } from "./live/Subscription.ts"

/**
 * Shows readings as they are stored: first the state of every location the filter reaches, then its news. A
 * lost connection is made again with a new ticket and goes on where it left; where that is not possible any
 * more the state comes first again, so nothing stays stale.
 */
export const subscribe = (client: LiveClient, options: SubscribeOptions = {}): Subscription =>
  new Subscription(client, options)

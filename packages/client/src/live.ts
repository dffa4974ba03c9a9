import { type LiveClient, type SubscribeOptions, Subscription } from "./live/Subscription.ts"

export type { LiveFilter, LiveReading, LiveUpdate } from "./live/frames.ts"
export type { LiveClient, LiveState, SubscribeOptions, Subscription } from "./live/Subscription.ts"

/**
 * Shows readings as they are stored: first the state of every location the filter reaches, then its news. A
 * lost connection is made again with a new ticket, and the state comes first again, so nothing stays stale.
 */
export const subscribe = (client: LiveClient, options: SubscribeOptions = {}): Subscription =>
  new Subscription(client, options)

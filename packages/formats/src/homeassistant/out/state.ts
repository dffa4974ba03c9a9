import { Instant, type QuantityName } from "@wattkit/core"
import {
  type Announcement,
  availabilityTopic,
  type Outgoing,
  type Places,
  presenceTopic,
  stateTopic
} from "./Announcement.ts"
import { keyOf, valueOf } from "./components.ts"

/** What is known of one channel now. */
export interface ChannelState {
  readonly quantities: { readonly [name in QuantityName]?: number | undefined }
  readonly cost?: { readonly amount: string; readonly since?: Instant.Instant | undefined } | undefined
}

/**
 * Says all numbers of a device in one message. What is not known is null, which Home Assistant shows as
 * unknown: left out, its templates would complain.
 */
export const stateOf = (
  places: Places,
  device: Pick<Announcement, "deviceId" | "shown">,
  channels: ReadonlyMap<string, ChannelState>
): Outgoing => {
  const state: Record<string, number | string | null> = {}
  for (const shown of device.shown) {
    const key = keyOf(shown)
    const channel = channels.get(shown.channel)
    if (shown.kind === "cost") {
      state[key] = channel?.cost?.amount ?? null
      const since = channel?.cost?.since
      if (shown.isPeriodic) state[`${key}_since`] = since === undefined ? null : Instant.format(since)
      continue
    }
    const value = channel?.quantities[shown.quantity]
    state[key] = (value === undefined ? undefined : valueOf(shown.quantity, value)) ?? null
  }
  return { topic: stateTopic(places, device.deviceId), payload: JSON.stringify(state), retain: true }
}

/** Says that we are there, or are not; the latter is the last will. */
export const presence = (places: Places, isOnline: boolean): Outgoing => ({
  topic: availabilityTopic(places),
  payload: isOnline ? "online" : "offline",
  retain: true
})

/** Says whether a device is there. */
export const devicePresence = (places: Places, deviceId: string, isOnline: boolean): Outgoing => ({
  ...presence(places, isOnline),
  topic: presenceTopic(places, deviceId)
})

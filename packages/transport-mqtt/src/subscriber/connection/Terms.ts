import { write } from "../../packets/Wire.ts"
import { usualKeepaliveSeconds, usualLimits } from "../SubscriberOptions.ts"
import type { SubscriberLimits, SubscriberOptions } from "../SubscriberOptions.ts"

/** What a subscriber connects with, with every choice made. */
export interface Terms {
  readonly options: SubscriberOptions
  readonly username: string | undefined
  readonly password: string | undefined
  /** The filters as they are sent, with the group of a shared subscription. */
  readonly filters: ReadonlyArray<string>
  readonly keepaliveMs: number
  readonly limits: SubscriberLimits
}

const fromUrl = (part: string): string | undefined => (part === "" ? undefined : decodeURIComponent(part))

/** Fills in what was left open. */
export const termsOf = (options: SubscriberOptions): Terms => {
  const { filters, group, keepaliveSeconds = usualKeepaliveSeconds, limits } = options
  const url = new URL(options.url)
  return {
    options,
    username: options.username ?? fromUrl(url.username),
    password: options.password ?? fromUrl(url.password),
    filters: group === undefined ? filters : filters.map((filter) => `$share/${group}/${filter}`),
    keepaliveMs: keepaliveSeconds * 1_000,
    limits: { holdMs: keepaliveSeconds * 500, ...usualLimits, ...limits }
  }
}

/** The first packet of a connection: it resumes the session, and keeps it when the connection ends. */
export const connectPacket = (terms: Terms, protocolVersion: 4 | 5): Buffer => {
  const { limits, options, password, username } = terms
  const keep = {
    sessionExpiryInterval: limits.sessionExpirySeconds,
    receiveMaximum: limits.receiveMaximum,
    maximumPacketSize: limits.packetBytes
  }
  return write(
    {
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion,
      clientId: options.clientId,
      clean: false,
      keepalive: Math.max(1, Math.round(terms.keepaliveMs / 1_000)),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
      ...(protocolVersion === 5 ? { properties: keep } : {})
    },
    protocolVersion
  )
}

/**
 * Asks for the filters. Under version 5 kept messages come only with a subscription that is new, a kept
 * message is told from a live one that says it wants to be kept, and what this client publishes does not come
 * back; the last is not allowed where messages are shared.
 */
export const subscribePacket = (terms: Terms, messageId: number, protocolVersion: 4 | 5): Buffer => {
  const { group, qos = 1 } = terms.options
  return write(
    {
      cmd: "subscribe",
      messageId,
      subscriptions: terms.filters.map((topic) =>
        protocolVersion === 5 ? { topic, qos, nl: group === undefined, rap: false, rh: 1 } : { topic, qos }
      )
    },
    protocolVersion
  )
}

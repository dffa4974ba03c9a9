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
    filters: filters.map((filter) => nameOf(group, filter)),
    keepaliveMs: keepaliveSeconds * 1_000,
    limits: { holdMs: keepaliveSeconds * 500, ...usualLimits, ...limits }
  }
}

/** The first packet of a connection: it resumes the session, and keeps it when the connection ends. */
export const connectPacket = (terms: Terms, protocolVersion: 4 | 5): Buffer => {
  const { limits, options, password, username } = terms
  const { will } = options
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
      ...(will === undefined ? {} : { will: { ...will, payload: Buffer.from(will.payload), qos: 1 } }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
      ...(protocolVersion === 5 ? { properties: keep } : {})
    },
    protocolVersion
  )
}

/** The name under which a filter is asked for: with the group of a shared subscription. */
export const nameOf = (group: string | undefined, filter: string): string =>
  group === undefined ? filter : `$share/${group}/${filter}`

/**
 * Asks for filters, as they are named. What the broker keeps comes with them, also where it knows the session
 * of an earlier run of the program: what devices were described as was in the memory of that run.
 *
 * Under version 5 a kept message is told from a live one that says it wants to be kept, and what this client
 * publishes does not come back; the last is not allowed where messages are shared.
 */
export const subscribePacket = (
  { options: { group, qos = 1 } }: Terms,
  filters: ReadonlyArray<string>,
  messageId: number,
  protocolVersion: 4 | 5
): Buffer => {
  const nl = group === undefined
  return write(
    {
      cmd: "subscribe",
      messageId,
      subscriptions: filters.map((topic) =>
        protocolVersion === 5 ? { topic, qos, nl, rap: false, rh: 0 } : { topic, qos }
      )
    },
    protocolVersion
  )
}

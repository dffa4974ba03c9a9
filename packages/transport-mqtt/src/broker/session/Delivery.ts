import { Buffer } from "node:buffer"
import type { Properties, Version } from "../../packets/Wire.ts"
import { write } from "../../packets/Wire.ts"

/** A message on its way out, the same for everybody who gets it. */
export interface Message {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly properties: Properties | undefined
  /** When it is worth nothing any more, in milliseconds; undefined for never. */
  readonly expiresAt: number | undefined
}

/** What a message counts for in the bounds. */
export const sizeOf = ({ payload, topic }: Message): number => payload.length + topic.length + 64

const kept = ({ properties, expiresAt }: Message, now: number): Properties | undefined => {
  if (properties === undefined && expiresAt === undefined) return undefined
  const { topicAlias: _alias, subscriptionIdentifier: _ids, ...others } = properties ?? {}
  return expiresAt === undefined
    ? others
    : { ...others, messageExpiryInterval: Math.max(1, Math.ceil((expiresAt - now) / 1000)) }
}

/** How one client gets a message. */
export interface Manner {
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly id: number
  readonly isAgain: boolean
}

/** A message as the packet of one client. */
export const packetOf = (message: Message, manner: Manner, version: Version, now: number): Buffer => {
  const properties = version === 5 ? kept(message, now) : undefined
  return write(
    {
      cmd: "publish",
      topic: message.topic,
      payload: message.payload,
      qos: manner.qos,
      retain: manner.retain,
      dup: manner.isAgain,
      ...(manner.qos === 0 ? {} : { messageId: manner.id }),
      ...(properties === undefined ? {} : { properties })
    },
    version
  )
}

/** A message that outlives what it was read from. */
export const keep = (message: Message): Message => ({ ...message, payload: Buffer.from(message.payload) })

/** When something with this lifetime in seconds is over. */
export const expiryOf = (properties: Properties | undefined, now: number): number | undefined => {
  const seconds = properties?.messageExpiryInterval
  return seconds === undefined ? undefined : now + seconds * 1000
}

/** Whether nobody wants it any more. */
export const isOver = ({ expiresAt }: Message, now: number): boolean =>
  expiresAt !== undefined && expiresAt <= now

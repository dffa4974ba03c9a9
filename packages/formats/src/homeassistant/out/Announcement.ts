import type { QuantityName } from "@wattkit/core"

/** A message to publish for Home Assistant. */
export interface Outgoing {
  readonly topic: string
  readonly payload: string
  /** What announces is kept by the broker, so that Home Assistant finds it whenever it starts. */
  readonly retain: boolean
}

/** One number of a device that Home Assistant shows: a quantity of a channel, or what its energy costs. */
export type Shown =
  | { readonly kind: "quantity"; readonly quantity: QuantityName; readonly channel: string }
  | {
      readonly kind: "cost"
      readonly channel: string
      readonly currency: string
      /** Its sum begins anew, say with every month; of its whole life otherwise. */
      readonly isPeriodic: boolean
    }

/** A device as it is announced. */
export interface Announcement {
  readonly deviceId: string
  readonly name: string
  readonly manufacturer?: string | undefined
  readonly model?: string | undefined
  readonly area?: string | undefined
  /** Address of its page. */
  readonly url?: string | undefined
  readonly shown: ReadonlyArray<Shown>
}

/** Where to announce, and where to say states. */
export interface Places {
  /** Home Assistant's discovery prefix. */
  readonly prefix: string
  /** What stands before all topics of ours. */
  readonly base: string
  /** Version of who announces, which Home Assistant shows. */
  readonly version: string
}

/** The places nobody changed. */
export const usualPlaces: Places = { prefix: "homeassistant", base: "wattkit", version: "0" }

const coded = (sign: string): string => `_${sign.charCodeAt(0).toString(16)}`

/**
 * An id as topics and Home Assistant take it: letters, digits, underscores and hyphens. Other signs become
 * their codes, and so does an underscore that would look like a code, so that two devices do not become one.
 */
export const plainId = (text: string): string => text.replace(/[^A-Za-z0-9_-]|_(?=3a|2e|5f)/g, coded)

/**
 * The name of a channel as templates take it: with a hyphen it would be a subtraction, so only letters,
 * digits and underscores.
 */
export const plainName = (text: string): string => text.replace(/[^A-Za-z0-9_]|_(?=3a|2e|2d|5f)/g, coded)

/** The topic on which a device is announced. */
export const configTopic = ({ prefix }: Places, deviceId: string): string =>
  `${prefix}/device/wattkit_${plainId(deviceId)}/config`

/** The topic on which the states of a device are said. */
export const stateTopic = ({ base }: Places, deviceId: string): string => `${base}/${plainId(deviceId)}/state`

/** The topic on which it is said whether a device is there. */
export const presenceTopic = ({ base }: Places, deviceId: string): string =>
  `${base}/${plainId(deviceId)}/availability`

/** Whether a topic is one of those on which states and presences are said here. */
export const isOwnTopic = ({ base }: Places, topic: string): boolean => {
  if (!topic.startsWith(`${base}/`)) return false
  const [first, last, ...more] = topic.slice(base.length + 1).split("/")
  if (last === undefined) return first === "status"
  return more.length === 0 && (last === "state" || last === "availability")
}

/** The topic that says whether we are there; its last will is `offline`. */
export const availabilityTopic = ({ base }: Places): string => `${base}/status`

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

/**
 * An id as topics and Home Assistant take it: letters, digits, underscores and hyphens. Other signs become
 * their codes, so that two devices do not become one.
 */
export const plainId = (text: string): string =>
  text.replace(/[^A-Za-z0-9_-]/g, (sign) => `_${sign.charCodeAt(0).toString(16)}`)

/** The topic on which a device is announced. */
export const configTopic = ({ prefix }: Places, deviceId: string): string =>
  `${prefix}/device/wattkit_${plainId(deviceId)}/config`

/** The topic on which the states of a device are said. */
export const stateTopic = ({ base }: Places, deviceId: string): string => `${base}/${plainId(deviceId)}/state`

/** The topic that says whether we are there; its last will is `offline`. */
export const availabilityTopic = ({ base }: Places): string => `${base}/status`

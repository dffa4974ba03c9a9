import { DeviceId, type Message } from "@wattkit/core"
import { Schema } from "effect"

/** What a topic of our own names: the device, and whether its readings or its status come. */
export interface NativeTopic {
  readonly deviceId: DeviceId
  readonly says: "readings" | "status"
}

const isDeviceId = Schema.is(DeviceId)
const start = "devices/"

/** Reads `devices/{deviceId}/readings` and `devices/{deviceId}/status`; every other topic is a format's. */
export const nativeTopicOf = (topic: string): NativeTopic | undefined => {
  if (!topic.startsWith(start)) return undefined
  const slash = topic.indexOf("/", start.length)
  const says = slash === -1 ? "" : topic.slice(slash + 1)
  if (says !== "readings" && says !== "status") return undefined
  const deviceId = topic.slice(start.length, slash)
  return isDeviceId(deviceId) ? { deviceId, says } : undefined
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** What a payload in JSON holds, or why it cannot be read. */
export const jsonOf = ({
  payload
}: Message): { readonly body: unknown } | { readonly body?: undefined; readonly why: string } => {
  try {
    return { body: JSON.parse(utf8.decode(payload)) }
  } catch (error) {
    return { why: error instanceof SyntaxError ? "is not JSON" : "is not UTF-8" }
  }
}

const words = new Map([
  ["online", true],
  ["offline", false]
])

/** Whether a status says that the device is there: `online` or `offline`, bare or as JSON; else undefined. */
export const isOnlineIn = (message: Message): boolean | undefined => {
  const text = new TextDecoder().decode(message.payload.subarray(0, 64)).trim().toLowerCase()
  return words.get(text.replace(/^"(.*)"$/, "$1"))
}

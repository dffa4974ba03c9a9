import * as Filter from "./topics/Filter.ts"
import * as Topic from "./topics/Topic.ts"

/** What a credential says of its bearer, as far as topics are concerned; a `Principal` is one. */
export interface Grant {
  readonly scopes: ReadonlyArray<string>
  /** When set, the bearer is this device. */
  readonly deviceId: string | null
}

const deviceTopic = /^devices\/([A-Za-z0-9._:-]{1,64})\/(readings|status|responses|commands)$/

const sourceTopic = /^green-energy\/[A-Za-z0-9._:-]{1,64}\/generation$/

/** The first levels that are ours; everything else belongs to the formats of other makers. */
const ownRoots: ReadonlyArray<string> = ["devices", "green-energy"]

const rootOf = (topic: string): string => {
  const end = topic.indexOf("/")
  return end === -1 ? topic : topic.slice(0, end)
}

/** Whether a topic is neither one of ours nor one of the broker's. */
const isForeign = (topic: string): boolean => !topic.startsWith("$") && !ownRoots.includes(rootOf(topic))

/** What ends the topic a device or program publishes to; commands are not something one reports. */
const mayReport = ({ deviceId }: Grant, device: string | undefined, kind: string | undefined): boolean =>
  kind !== "commands" && (deviceId === null || deviceId === device)

/**
 * Whether the bearer may publish to a topic: reports of its own device, or of any when it is a program;
 * topics of foreign formats, whose readings are judged by what their subject is bound to; and commands when
 * it is a program that manages devices.
 */
export const mayPublish = (grant: Grant, topic: string): boolean => {
  if (!Topic.isTopic(topic)) return false
  const [, device, kind] = deviceTopic.exec(topic) ?? []
  if (kind === "commands") return grant.deviceId === null && grant.scopes.includes("manage")
  if (!grant.scopes.includes("ingest")) return false
  if (kind !== undefined) return mayReport(grant, device, kind)
  if (sourceTopic.test(topic)) return grant.deviceId === null
  return isForeign(topic)
}

const commandsOf = (deviceId: string): string => `devices/${deviceId}/commands`

/**
 * Whether the bearer may subscribe with a filter: a device to its own commands, a program that reads to
 * everything of its space. The topics of the broker itself are nobody's.
 */
export const maySubscribe = (grant: Grant, text: string): boolean => {
  const filter = Filter.sharedOf(text)?.filter ?? text
  if (!Filter.isFilter(filter) || filter.startsWith("$")) return false
  if (grant.deviceId !== null) return filter === commandsOf(grant.deviceId)
  return grant.scopes.includes("read")
}

/** Whether a message with this topic may be handed to the bearer. */
export const mayReceive = (grant: Grant, topic: string): boolean =>
  Topic.isTopic(topic) && maySubscribe(grant, topic)

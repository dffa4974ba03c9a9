import * as Filter from "./topics/Filter.ts"
import * as Topic from "./topics/Topic.ts"

/** What a credential says of its bearer, as far as topics are concerned; a `Principal` is one. */
export interface Grant {
  readonly scopes: ReadonlyArray<string>
  /** When set, the bearer is this device. */
  readonly deviceId: string | null
  /** When set, the bearer is held to these locations, which topics do not name. */
  readonly locations?: ReadonlyArray<string> | null | undefined
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

/** Whether the bearer speaks for everything of its space. */
const isEverywhere = ({ deviceId, locations }: Grant): boolean =>
  deviceId === null && (locations ?? null) === null

/** What is only handed on: nobody looks at it once more when it is stored. */
const isHandedOn = (kind: string): boolean => kind === "responses"

/** What ends the topic a device or program publishes to; commands are not something one reports. */
const mayReport = (grant: Grant, device: string | undefined, kind: string): boolean =>
  grant.deviceId === null ? isEverywhere(grant) || !isHandedOn(kind) : grant.deviceId === device

/**
 * Whether the bearer may publish to a topic: reports of its own device, or of any when it is a program;
 * topics of foreign formats, whose readings are judged by what their subject is bound to; and commands when
 * it is a program that manages devices. Of a program that is held to locations, the device of a report is
 * judged by whoever stores it, and what nobody stores is not its to say.
 */
export const mayPublish = (grant: Grant, topic: string): boolean => {
  if (!Topic.isTopic(topic)) return false
  const [, device, kind] = deviceTopic.exec(topic) ?? []
  if (kind === "commands") return isEverywhere(grant) && grant.scopes.includes("manage")
  if (!grant.scopes.includes("ingest")) return false
  if (kind !== undefined) return mayReport(grant, device, kind)
  if (sourceTopic.test(topic)) return isEverywhere(grant)
  return isForeign(topic)
}

const commandsOf = (deviceId: string): string => `devices/${deviceId}/commands`

/**
 * Whether the bearer may subscribe with a filter: a device to its own commands, a program that reads to
 * everything of its space, and to nothing when it is held to locations, which topics do not tell. The topics
 * of the broker itself are nobody's.
 */
export const maySubscribe = (grant: Grant, text: string): boolean => {
  const filter = Filter.sharedOf(text)?.filter ?? text
  if (!Filter.isFilter(filter) || filter.startsWith("$")) return false
  if (grant.deviceId !== null) return filter === commandsOf(grant.deviceId)
  return isEverywhere(grant) && grant.scopes.includes("read")
}

/** Whether a message with this topic may be handed to the bearer. */
export const mayReceive = (grant: Grant, topic: string): boolean =>
  Topic.isTopic(topic) && maySubscribe(grant, topic)

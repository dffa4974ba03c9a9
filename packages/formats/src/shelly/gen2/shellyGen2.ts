import type { Message } from "@wattkit/core"
import type { Format, Reader } from "../../Format.ts"
import { Drafts } from "../../payload/Drafts.ts"
import { isSubject } from "../../payload/names.ts"
import { isObject, member, payloadJson } from "../../payload/payloadJson.ts"
import { payloadText } from "../../payload/payloadText.ts"
import { malformed, nothing, readings } from "../../payload/tell.ts"
import { writtenTime } from "../../payload/writtenTime.ts"
import type { Told } from "../../Said.ts"
import { topicPattern } from "../../spec/TopicPattern.ts"
import { componentOf } from "./components.ts"
import { Overlay } from "./Overlay.ts"
import { words } from "./words.ts"

const levels = ["{subject}", "{up}/{subject}", "{top}/{up}/{subject}"]
const events = levels.map((prefix) => topicPattern(`${prefix}/events/rpc`))
/** Components have a number, but for those of which there is one in every device. */
const component = "[a-z0-9]+:[0-9]+|sys|wifi|eth|mqtt|cloud|ble|bthome|ws|ui|knx|matter|modbus"
const statuses = levels.map((prefix) => topicPattern(`${prefix}/status/{component}`, { component }))
const onlines = levels.map((prefix) => topicPattern(`${prefix}/online`))
/** Where a device connects by itself instead of over a broker, its notifications have no topic of theirs. */
const direct = topicPattern("shelly-gen2/rpc")

type Found = ReadonlyMap<string, string>

const find = (patterns: typeof events, topic: string): Found | undefined => {
  for (const { match } of patterns) {
    const found = match(topic)
    if (found !== undefined) return found
  }
  return undefined
}

/** The prefix of a topic, of as many levels as its owner gave it. */
const prefixOf = (found: Found): string =>
  ["top", "up", "subject"].flatMap((name) => found.get(name) ?? []).join("/")

const mostComponents = 64

const readStatus = (
  overlay: Overlay,
  subject: string,
  message: Message,
  status: { readonly [name: string]: unknown },
  ts: unknown
): Told => {
  const drafts = new Drafts(subject)
  for (const [name, part] of Object.entries(status).slice(0, mostComponents)) {
    overlay.put(drafts, subject, name, part, ts)
  }
  return readings(message, drafts.said(writtenTime(ts, "seconds")))
}

const readRpc = (overlay: Overlay, prefix: string | undefined, message: Message): Told => {
  const json = payloadJson(message.payload)
  if (json.kind === "empty") return nothing("is empty")
  if (json.kind === "malformed") return malformed(json.why)
  const subject = prefix ?? member(json.value, "src")
  if (typeof subject !== "string" || !isSubject(subject)) return malformed("does not say who sends it")
  const method = member(json.value, "method")
  if (method !== "NotifyStatus" && method !== "NotifyFullStatus") return nothing("says nothing of energy")
  const status = member(json.value, "params")
  if (!isObject(status)) return malformed("has no params")
  return readStatus(overlay, subject, message, status, status["ts"])
}

const readComponent = (overlay: Overlay, found: Found, message: Message): Told => {
  const name = found.get("component") ?? ""
  const json = payloadJson(message.payload)
  if (json.kind === "empty") return nothing("is empty")
  if (json.kind === "malformed") return malformed(json.why)
  if (componentOf(name) === undefined) return nothing("says nothing of energy")
  return readStatus(overlay, prefixOf(found), message, { [name]: json.value }, undefined)
}

const readOnline = (found: Found, message: Message): Told | undefined => {
  const text = payloadText(message.payload.subarray(0, 16))
  if (text !== "true" && text !== "false") return undefined
  return { kind: "status", subject: prefixOf(found), isOnline: text === "true" }
}

const makeReader = (): Reader => {
  const overlay = new Overlay()
  return {
    read: (message) => {
      const { topic } = message
      if (direct.match(topic) !== undefined) return readRpc(overlay, undefined, message)
      const event = find(events, topic)
      if (event !== undefined) {
        const prefix = prefixOf(event)
        return isSubject(prefix) ? readRpc(overlay, prefix, message) : malformed("has too long a prefix")
      }
      const status = find(statuses, topic)
      if (status !== undefined) {
        const isLong = !isSubject(prefixOf(status))
        return isLong ? malformed("has too long a prefix") : readComponent(overlay, status, message)
      }
      const online = find(onlines, topic)
      return online === undefined || !isSubject(prefixOf(online)) ? undefined : readOnline(online, message)
    }
  }
}

/** Shelly devices of the second generation and later, which notify of what changed. */
export const shellyGen2: Format = {
  id: "shelly-gen2",
  words,
  topics: [...events, ...statuses, ...onlines, direct].map(({ filter }) => filter),
  makeReader
}

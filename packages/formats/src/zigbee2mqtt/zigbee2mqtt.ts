import type { Message } from "@wattkit/core"
import type { Format, Reader } from "../Format.ts"
import { Drafts } from "../payload/Drafts.ts"
import { Memory, mostSubjects } from "../payload/Memory.ts"
import { isSubject } from "../payload/names.ts"
import { isObject, jsonOfText, member, payloadJson } from "../payload/payloadJson.ts"
import { payloadText } from "../payload/payloadText.ts"
import { malformed, nothing, readings } from "../payload/tell.ts"
import { anyTime } from "../payload/writtenTime.ts"
import type { Told } from "../Said.ts"
import { exposedUnits, type Units } from "./exposes.ts"
import { type Member, membersOf } from "./members.ts"
import { converted, propertyOf } from "./properties.ts"
import { words } from "./words.ts"

const usualBase = "zigbee2mqtt"
const mostBases = 100
/** A list has some kilobytes for each device. */
const longestList = 4_194_304
const bridge = "/bridge/"
const availability = "/availability"

interface Known {
  /** Base topics that have a bridge, of which the usual one need not be heard. */
  readonly bases: Memory<true>
  /** Units by base and name of the device. */
  readonly units: Memory<Units>
}

/** The base and the device of a topic. Both may have several levels, so the base has to be known. */
const split = (bases: Memory<true>, topic: string): { base: string; name: string } | undefined => {
  for (let at = topic.indexOf("/"); at !== -1; at = topic.indexOf("/", at + 1)) {
    const base = topic.slice(0, at)
    if (base === usualBase || bases.peek(base) !== undefined) return { base, name: topic.slice(at + 1) }
  }
  return undefined
}

const describe = (known: Known, base: string, message: Message): Told => {
  const json = payloadJson(message.payload, longestList)
  if (json.kind === "empty") return nothing("is empty")
  if (json.kind === "malformed") return malformed(json.why)
  if (base !== usualBase) known.bases.set(base, true)
  const devices = exposedUnits(json.value)
  for (const [name, units] of devices) known.units.set(`${base} ${name}`, units)
  return { kind: "described", subjects: [...devices.keys()].filter(isSubject) }
}

const readAvailability = (subject: string, { payload }: Message): Told => {
  const text = payloadText(payload) ?? ""
  const json = jsonOfText(text)
  const state = json.kind === "json" ? member(json.value, "state") : text
  if (state === "online" || state === "offline") {
    return { kind: "status", subject, isOnline: state === "online" }
  }
  return text === "" ? nothing("is empty") : malformed("is neither online nor offline")
}

const put = (drafts: Drafts, units: Units | undefined, { property: name, sentAs, value }: Member): void => {
  const property = propertyOf(name)
  const unit = units?.get(sentAs) ?? property?.usualUnit
  const ours =
    property === undefined || unit === undefined ? undefined : converted(property.quantity, unit, value)
  if (property === undefined || ours === undefined) drafts.putUnknown("main", sentAs, value)
  else drafts.put(property.channel, property.quantity, ours)
}

const readDevice = (known: Known, base: string, subject: string, message: Message): Told => {
  const json = payloadJson(message.payload)
  if (json.kind === "empty") return nothing("is empty")
  if (json.kind === "malformed") return malformed(json.why)
  if (!isObject(json.value)) return nothing("is no JSON object")
  const units = known.units.get(`${base} ${subject}`)
  const drafts = new Drafts(subject)
  for (const one of membersOf(json.value)) put(drafts, units, one)
  return readings(message, drafts.said(anyTime(json.value["last_seen"])))
}

const makeReader = (): Reader => {
  const known: Known = { bases: new Memory(mostBases), units: new Memory(mostSubjects) }
  return {
    read: (message) => {
      const { topic } = message
      if (topic.length > 1024) return undefined
      if (topic.endsWith("/bridge/devices")) {
        return describe(known, topic.slice(0, -"/bridge/devices".length), message)
      }
      const found = split(known.bases, topic)
      if (found === undefined) return undefined
      const { base, name } = found
      if (`/${name}`.startsWith(bridge)) return nothing("is about the bridge")
      if (name.endsWith("/set") || name.endsWith("/get")) return nothing("asks a device for something")
      const isStatus = name.endsWith(availability)
      const subject = isStatus ? name.slice(0, -availability.length) : name
      if (!isSubject(subject)) return malformed("names nobody, or at more than 256 characters")
      return isStatus ? readAvailability(subject, message) : readDevice(known, base, subject, message)
    }
  }
}

/** Zigbee devices behind the bridge zigbee2mqtt, which describes them. */
export const zigbee2mqtt: Format = {
  id: "zigbee2mqtt",
  words,
  topics: ["zigbee2mqtt/#", "+/bridge/devices", "+/+/bridge/devices"],
  makeReader
}

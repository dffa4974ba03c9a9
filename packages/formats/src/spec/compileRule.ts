import type { Message } from "@wattkit/core"
import { Drafts } from "../payload/Drafts.ts"
import { isSubject } from "../payload/names.ts"
import { payloadJson } from "../payload/payloadJson.ts"
import { payloadText } from "../payload/payloadText.ts"
import { malformed, nothing, readings } from "../payload/tell.ts"
import { writtenTime } from "../payload/writtenTime.ts"
import type { Told } from "../Said.ts"
import { compileField } from "./compileField.ts"
import type { Rule } from "./FormatSpec.ts"
import type { NameTable } from "./NameTable.ts"
import { pointer } from "./Pointer.ts"
import { type Captures, fill, topicPattern } from "./TopicPattern.ts"

/** Who speaks in a message, as its topic says. */
interface Speaker {
  readonly subject: string
  readonly channel: string
  readonly captures: Captures
}

type Read = (message: Message, speaker: Speaker) => Told

/** Reads the messages of one rule; undefined where the topic is another. */
export interface CompiledRule {
  readonly filters: ReadonlyArray<string>
  readonly read: (message: Message) => Told | undefined
}

const objectReader = (rule: Extract<Rule, { readonly says: "object" }>, names: NameTable): Read => {
  const starts = (rule.under ?? [""]).map(pointer)
  const times = (rule.times ?? []).map(({ at, written }) => ({ find: pointer(at), written }))
  const fields = rule.fields.map((field) => compileField(field, names))
  return (message, { channel, subject }) => {
    const json = payloadJson(message.payload)
    if (json.kind === "empty") return nothing("is empty")
    if (json.kind === "malformed") return malformed(json.why)
    const from = starts.flatMap((find) => find(json.value))[0]?.value
    const at = times
      .map(({ find, written }) => writtenTime(find(from)[0]?.value, written))
      .find((instant) => instant !== undefined)
    const drafts = new Drafts(subject)
    for (const read of fields) read(drafts, from, channel)
    return readings(message, drafts.said(at))
  }
}

const numberReader = (rule: Extract<Rule, { readonly says: "number" }>, names: NameTable): Read => {
  const find = rule.at === undefined ? undefined : pointer(rule.at)
  return (message, { captures, channel, subject }) => {
    const name = fill(rule.name, captures)
    const put = names.format(name)
    if (put === undefined) return nothing(`${name.slice(0, 100)} is none of its quantities`)
    const drafts = new Drafts(subject)
    if (find === undefined) {
      const text = payloadText(message.payload)
      if (text === undefined || text.length > 40) return malformed("is too long for a number")
      if (text === "") return nothing("is empty")
      put(drafts, { name, channel, value: text, from: undefined })
      const said = drafts.said(undefined)
      return said.length > 0 || /^[+-]?(nan|inf|null|[\d.])/i.test(text)
        ? readings(message, said)
        : malformed("is not a number")
    }
    const json = payloadJson(message.payload)
    if (json.kind === "empty") return nothing("is empty: the value is not there any more")
    if (json.kind === "malformed") return malformed(json.why)
    put(drafts, { name, channel, value: find(json.value)[0]?.value, from: json.value })
    return readings(message, drafts.said(undefined))
  }
}

const statusReader = (rule: Extract<Rule, { readonly says: "status" }>): Read => {
  const words = new Map<string, boolean>([
    ...rule.online.map((word): [string, boolean] => [word, true]),
    ...rule.offline.map((word): [string, boolean] => [word, false])
  ])
  return ({ payload }, { subject }) => {
    const text = payloadText(payload.subarray(0, 64)) ?? ""
    const isOnline = words.get(text) ?? words.get(text.toLowerCase())
    if (isOnline !== undefined) return { kind: "status", subject, isOnline }
    return text === "" ? nothing("is empty") : malformed(`is none of ${[...words.keys()].join(", ")}`)
  }
}

const descriptionReader = (rule: Extract<Rule, { readonly says: "description" }>): Read => {
  const find = pointer(rule.subjectAt)
  return ({ payload }) => {
    const json = payloadJson(payload)
    if (json.kind === "empty") return nothing("is empty: the device was taken away")
    if (json.kind === "malformed") return malformed(json.why)
    const subjects = find(json.value)
      .map(({ value }) => value)
      .filter((value) => typeof value === "string")
      .filter(isSubject)
    return { kind: "described", subjects }
  }
}

const readerOf = (rule: Rule, names: NameTable): Read => {
  switch (rule.says) {
    case "object":
      return objectReader(rule, names)
    case "number":
      return numberReader(rule, names)
    case "status":
      return statusReader(rule)
    case "description":
      return descriptionReader(rule)
    case "nothing":
      return () => nothing(rule.why)
  }
}

/** Makes a rule ready. */
export const compileRule = (rule: Rule, names: NameTable): CompiledRule => {
  const patterns = rule.topics.map((topic) => topicPattern(topic, rule.where))
  const read = readerOf(rule, names)
  const { channel: channelTemplate = "main", channels = {}, subject: subjectTemplate = "{subject}" } = rule
  const renamed = new Map(Object.entries(channels))
  return {
    filters: patterns.map(({ filter }) => filter),
    read: (message) => {
      for (const { match } of patterns) {
        const captures = match(message.topic)
        if (captures === undefined) continue
        const subject = fill(subjectTemplate, captures)
        const channel = fill(channelTemplate, captures)
        if (rule.says !== "nothing" && rule.says !== "description" && !isSubject(subject)) {
          return malformed("names nobody, or at more than 256 characters")
        }
        return read(message, { subject, captures, channel: renamed.get(channel) ?? channel })
      }
      return undefined
    }
  }
}

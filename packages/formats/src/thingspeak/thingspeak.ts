import { isObject } from "../payload/payloadJson.ts"
import type { Message } from "@wattkit/core"
import type { Format } from "../Format.ts"
import { addressOf, fieldsOf } from "../payload/address.ts"
import { type Entries, jsonOf, textOf } from "../payload/wholePayload.ts"
import { malformed } from "../payload/tell.ts"
import type { Told } from "../Said.ts"
import { readBulkCsv, readBulkJson } from "./bulk.ts"
import { createdAt } from "./createdAt.ts"
import { saidOf } from "./fields.ts"
import { words } from "./words.ts"

const readUpdate = (subject: string, entries: Entries, isRetained: boolean): Told => {
  const created = entries["created_at"]
  const isTimed = created !== undefined && created !== null && created !== ""
  const zone = entries["timezone"]
  const at = isTimed ? createdAt(String(created), typeof zone === "string" ? zone : undefined) : undefined
  if (isTimed && at === undefined) return malformed("created_at is no time")
  if (at === undefined && isRetained)
    return { kind: "nothing", why: "the broker kept it, and it has no time" }
  const said = saidOf(subject, at, entries)
  return said === undefined
    ? { kind: "nothing", why: "no field is a number" }
    : { kind: "readings", said: [said] }
}

const readForm = (query: string, body: string): Entries => ({
  ...Object.fromEntries(fieldsOf(query)),
  ...Object.fromEntries(fieldsOf(body))
})

const readPublished = (message: Message, text: string): Told | undefined => {
  const match = /^channels\/(\d{1,20})\/publish(?:\/fields\/(field[1-8]))?(?:\/[^/]*)?$/.exec(message.topic)
  if (match === null) return undefined
  const [, subject = "", field] = match
  const entries = field === undefined ? readForm("", text) : { [field]: text }
  return readUpdate(subject, entries, message.isRetained)
}

const readHttp = (message: Message, text: string): Told | undefined => {
  const { path, query } = addressOf(message.topic)
  if (/^\/update(\.json)?$/.test(path)) {
    if (!text.trimStart().startsWith("{")) return readUpdate("me", readForm(query, text), false)
    const body = jsonOf(text)
    return isObject(body)
      ? readUpdate("me", { ...Object.fromEntries(fieldsOf(query)), ...body }, false)
      : malformed("it is not JSON")
  }
  const match = /^\/channels\/(\d{1,20})\/bulk_update\.(json|csv)$/.exec(path)
  if (match === null) return undefined
  const [, subject = "", form] = match
  // The address for CSV takes JSON too, as the one for JSON takes the form: clients mix them up.
  return text.trimStart().startsWith("{") || form === "json"
    ? readBulkJson(subject, text, message.receivedAt)
    : readBulkCsv(subject, text, message.receivedAt)
}

const read = (message: Message): Told | undefined => {
  const isHttp = message.topic.startsWith("/")
  if (!isHttp && !message.topic.startsWith("channels/")) return undefined
  const text = textOf(message.payload)
  if (text === undefined) return isOurs(message.topic) ? malformed("it is not valid UTF-8") : undefined
  return isHttp ? readHttp(message, text) : readPublished(message, text)
}

const isOurs = (topic: string): boolean => /^(\/update(\.json)?(\?|$)|\/?channels\/\d+\/)/.test(topic)

/** Updates of ThingSpeak channels, one or many, over HTTP and MQTT. */
export const thingspeak: Format = {
  id: "thingspeak",
  words,
  topics: [
    "channels/+/publish",
    "channels/+/publish/+",
    "channels/+/publish/fields/+",
    "channels/+/publish/fields/+/+"
  ],
  makeReader: () => ({ read })
}

import { readNumber } from "../payload/readNumber.ts"
import type { Message } from "@wattkit/core"
import type { Format } from "../Format.ts"
import { addressOf, fieldsOf } from "../payload/address.ts"
import { textOf } from "../payload/wholePayload.ts"
import type { Told } from "../Said.ts"
import { readBulk } from "./bulk.ts"
import { readPost, told, updateOf } from "./post.ts"
import { words } from "./words.ts"

const path = /^\/input\/(?:(bulk)(?:\.json)?|post(?:\.json)?(?:\/([^/]+))?)$/

/** The fields of the query and of a form; a body that is JSON is what the form would have carried. */
const allFields = (query: string, body: string): ReadonlyMap<string, string> => {
  const start = body.trimStart()
  if (start.startsWith("{")) return new Map([...fieldsOf(query), ["fulljson", body]])
  if (start.startsWith("[")) return new Map([...fieldsOf(query), ["data", body]])
  return new Map([...fieldsOf(query), ...fieldsOf(body)])
}

const plain = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const readHttp = (message: Message, text: string): Told | undefined => {
  const address = addressOf(message.topic)
  const match = path.exec(address.path)
  if (match === null) return undefined
  const fields = allFields(address.query, text)
  if (match[1] === "bulk") return readBulk(fields, message.receivedAt)
  return readPost(fields, match[2] === undefined ? undefined : plain(match[2]))
}

const readTopic = (message: Message, text: string): Told => {
  const [, name = "", ...inputs] = message.topic.split("/")
  if (inputs.length === 0) {
    const update = updateOf(text)
    if (typeof update === "string") return { kind: "malformed", why: update }
    return message.isRetained && update.at === undefined
      ? { kind: "nothing", why: "the broker kept it, and it has no time" }
      : told(name, update, undefined)
  }
  if (message.isRetained) return { kind: "nothing", why: "the broker kept it, and it has no time" }
  const value = readNumber(text.trim())
  if (value === undefined) {
    return text.trim() === "" || text === "null"
      ? { kind: "nothing", why: "the value disappeared" }
      : { kind: "malformed", why: "the value is not a number" }
  }
  return told(name, { inputs: [[inputs.join("_"), value]], at: undefined }, undefined)
}

const read = (message: Message): Told | undefined => {
  const isOurs = message.topic.startsWith("emon/") || message.topic.startsWith("/input/")
  if (!isOurs) return undefined
  const text = textOf(message.payload)
  if (text === undefined) return { kind: "malformed", why: "it is not valid UTF-8" }
  return message.topic.startsWith("emon/") ? readTopic(message, text) : readHttp(message, text)
}

/** What is posted to emoncms over HTTP, one update or many, and what its devices publish under `emon/`. */
export const emoncms: Format = {
  id: "emoncms",
  words,
  topics: ["emon/#"],
  makeReader: () => ({ read })
}

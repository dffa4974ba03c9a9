import type { Message } from "@wattkit/core"
import { meaningOfName } from "../custom/knownNames.ts"
import type { Format } from "../Format.ts"
import { Drafts } from "../payload/Drafts.ts"
import { isSubject } from "../payload/names.ts"
import { jsonOfText } from "../payload/payloadJson.ts"
import { payloadText } from "../payload/payloadText.ts"
import { numberOfText } from "../payload/readNumber.ts"
import { malformed, readings } from "../payload/tell.ts"
import type { Told } from "../Said.ts"
import { putNamed, readPlain } from "./readPlain.ts"
import { words } from "./words.ts"

const start = "plain/"

/** A bare number is named by the end of its topic, if that is a name everybody understands. */
const readNumberOf = (subject: string, value: number, message: Message): Told => {
  const slash = subject.lastIndexOf("/")
  const name = subject.slice(slash + 1)
  const isNamed = slash > 0 && meaningOfName(name) !== undefined
  const drafts = new Drafts(isNamed ? subject.slice(0, slash) : subject)
  if (isNamed) putNamed(drafts, "main", name, value)
  else drafts.putUnknown("main", "value", value)
  return readings(message, drafts.said(undefined))
}

const read = (message: Message): Told | undefined => {
  const subject = message.topic.startsWith(start) ? message.topic.slice(start.length) : message.topic
  if (!isSubject(subject) || subject.startsWith("$")) return undefined
  const text = payloadText(message.payload)
  if (text === undefined) return malformed("is too long")
  const number = numberOfText(text)
  if (number !== undefined) return readNumberOf(subject, number, message)
  if (!text.startsWith("{") && !text.startsWith("[")) return undefined
  const json = jsonOfText(text)
  if (json.kind !== "json") return malformed("is not JSON")
  return readings(message, readPlain(subject, json.value))
}

/**
 * JSON and bare numbers under any topic, named as their owner likes: what no other format reads. Well-known
 * names are understood; for the others a binding says what they mean.
 */
export const plain: Format = { id: "plain", words, topics: ["#"], makeReader: () => ({ read }) }

import type { Message } from "@wattkit/core"
import type { Format } from "../../Format.ts"
import { Drafts } from "../../payload/Drafts.ts"
import { isSubject } from "../../payload/names.ts"
import { malformed, nothing, readings } from "../../payload/tell.ts"
import type { Told } from "../../Said.ts"
import { topicPattern } from "../../spec/TopicPattern.ts"
import { meterValues } from "./meterValues.ts"
import { otherMeters } from "./otherMeters.ts"
import { readTelegram, type Telegram } from "./Telegram.ts"
import { telegramTime } from "./telegramTime.ts"
import { words } from "./words.ts"

const patterns = ["telegram", "raw", "p1"].flatMap((last) =>
  ["{base}", "{up}/{base}", "{top}/{up}/{base}"].map((start) => topicPattern(`${start}/${last}`))
)

/** A meter's own number is sent as the hexadecimal codes of its characters. */
const identity = (telegram: Telegram): string | undefined => {
  const sent = telegram.get("0-0:96.1.1")?.[0] ?? telegram.get("0-0:96.1.0")?.[0] ?? ""
  if (!/^([0-9A-Fa-f]{2}){4,48}$/.test(sent)) return /^[A-Za-z0-9]{4,96}$/.test(sent) ? sent : undefined
  const text = sent.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))
  return /^[A-Za-z0-9]+$/.test(text) ? text : sent
}

/** Telegrams have hardly more than two thousand characters. */
const longestTelegram = 16_384

/** A byte is a character, so that the checksum is that of the bytes. */
const latin1 = new TextDecoder("latin1")

/** Others may publish something else under these names; what has no OBIS code is theirs. */
const isOurs = (topic: string, text: string): boolean =>
  topic.startsWith("dsmr/") || topic.endsWith("/telegram") || /\d:\d{1,3}\.\d{1,3}\.\d{1,3}\(/.test(text)

const read = (message: Message, base: string): Told | undefined => {
  const text = latin1.decode(message.payload.subarray(0, longestTelegram))
  if (!isOurs(message.topic, text)) return undefined
  if (message.payload.length > longestTelegram) return malformed("is too long")
  if (text === "") return nothing("is empty")
  const found = readTelegram(text)
  if (found.kind === "malformed") return malformed(found.why)
  const subject = identity(found.values) ?? base
  if (!isSubject(subject)) return malformed("does not say whose it is")
  const drafts = new Drafts(subject)
  for (const { channel, quantity, value } of meterValues(found.values)) drafts.put(channel, quantity, value)
  const electricity = drafts.said(telegramTime(found.values.get("0-0:1.0.0")?.[0]))
  const others = otherMeters(found.values).flatMap(({ at, channel, name, value }) => {
    const other = new Drafts(subject)
    other.putUnknown(channel, name, value)
    return other.said(at)
  })
  return readings(message, [...electricity, ...others])
}

/** Telegrams of the customer's port of a smart meter, as they are. */
export const dsmr: Format = {
  id: "dsmr",
  words,
  topics: patterns.map(({ filter }) => filter),
  makeReader: () => ({
    read: (message) => {
      for (const { match } of patterns) {
        const captures = match(message.topic)
        if (captures === undefined) continue
        const base = ["top", "up", "base"].flatMap((name) => captures.get(name) ?? []).join("/")
        return read(message, base)
      }
      return undefined
    }
  })
}

import { type Message, type Reading, quantities, Submission } from "@wattkit/core"
import type { Format } from "../Format.ts"
import { member, payloadJson } from "../payload/payloadJson.ts"
import { payloadText } from "../payload/payloadText.ts"
import { malformed, nothing, readings } from "../payload/tell.ts"
import type { Said, Told } from "../Said.ts"
import { topicPattern } from "../spec/TopicPattern.ts"
import { words } from "./words.ts"

const where = { subject: "[A-Za-z0-9._:-]{1,64}" }
const submitted = topicPattern("devices/{subject}/readings", where)
const status = topicPattern("devices/{subject}/status", where)

const saidOf = (subject: string, reading: Reading): Said => ({
  subject,
  channel: reading.channel,
  at: reading.at,
  ...(reading.since === undefined ? {} : { since: reading.since }),
  quantities: Object.fromEntries(
    quantities.flatMap((name) => (reading[name] === undefined ? [] : [[name, reading[name]]]))
  ),
  unknown: { ...reading.extra }
})

const mostRows = 1_000

const rowsIn = (body: unknown): number => {
  const rows = Array.isArray(body) ? body : member(body, "readings")
  return Array.isArray(rows) ? rows.length : 1
}

const readSubmission = (subject: string, message: Message): Told => {
  const json = payloadJson(message.payload)
  if (json.kind === "empty") return nothing("is empty")
  if (json.kind === "malformed") return malformed(json.why)
  if (rowsIn(json.value) > mostRows) return malformed(`has more than ${mostRows} readings`)
  const submission = Submission.decode(json.value)
  const said = submission.readings.map(({ reading }) => saidOf(subject, reading))
  const [first] = submission.rejected
  if (said.length > 0 || first === undefined) return readings(message, said)
  return malformed(`${first.field === "" ? "it" : first.field} ${first.message}`)
}

const readStatus = (subject: string, { payload }: Message): Told => {
  const text = (payloadText(payload) ?? "").toLowerCase().replace(/^"(.{1,10})"$/, "$1")
  if (text === "online" || text === "offline") return { kind: "status", subject, isOnline: text === "online" }
  return text === "" ? nothing("is empty") : malformed("is neither online nor offline")
}

/**
 * Our own form, in which nothing has to be guessed. A server takes its topics before any format does; this
 * is how everybody else reads them, and where they are described.
 */
export const wattkit: Format = {
  id: "wattkit",
  words,
  topics: [submitted.filter, status.filter],
  makeReader: () => ({
    read: (message) => {
      const sender = submitted.match(message.topic)?.get("subject")
      if (sender !== undefined) return readSubmission(sender, message)
      const present = status.match(message.topic)?.get("subject")
      return present === undefined ? undefined : readStatus(present, message)
    }
  })
}

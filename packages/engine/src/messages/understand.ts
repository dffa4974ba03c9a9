import {
  type FormatId,
  type Instant,
  type Message,
  type NotFound,
  type Principal,
  type StorageError,
  Submission
} from "@wattkit/core"
import type { Said } from "@wattkit/formats"
import { Effect } from "effect"
import { Forbidden } from "../Forbidden.ts"
import type { Arrivals } from "./Arrivals.ts"
import type { makeBindingsOf } from "./bindings/bindingsOf.ts"
import type { Bound } from "./bindings/BoundSubjects.ts"
import type { Heard } from "./Heard.ts"
import { speaksForAll } from "./keep.ts"
import { jsonOf, type NativeTopic } from "./native/native.ts"
import type { ReaderSet, Recognised } from "./Readers.ts"
import { readingOf } from "./readingOf.ts"
import type { Fault, Row, Understood } from "./Row.ts"

/** By whom a message is understood, and what was known before it. */
export interface Listening {
  readonly principal: Principal
  readonly readers: ReaderSet
  readonly arrivals: Arrivals
  /** Where it is written down who was heard; nowhere for what is heard again. */
  readonly heard?: Heard | undefined
  readonly format?: FormatId | undefined
  /** The one subject that counts, when the others are done with. */
  readonly subject?: string | undefined
}

const nothing: Understood = { rows: [], faults: [], statuses: [] }

const faulty = (fault: Fault): Understood => ({ ...nothing, faults: [fault] })

/** Reads a message in our own form. */
export const understandNative = ({ deviceId }: NativeTopic, message: Message): Understood => {
  const { receivedAt } = message
  const about = { format: null, subject: null, receivedAt }
  const json = jsonOf(message)
  if ("why" in json) return faulty({ ...about, reason: "malformed", detail: `the payload ${json.why}` })
  const { readings, rejected } = Submission.decode(json.body)
  const rows: Array<Row> = readings.map((one) => ({ ...about, ...one, deviceId }))
  for (const { field, index, message } of rejected) {
    rows.push({ ...about, index, deviceId, reading: { field, message } })
  }
  return { ...nothing, rows }
}

const subjectsOf = (said: ReadonlyArray<Said>): ReadonlyArray<string> => {
  const [first] = said
  // Nearly every message speaks of one subject.
  if (first === undefined || said.every(({ subject }) => subject === first.subject)) {
    return first === undefined ? [] : [first.subject]
  }
  return [...new Set(said.map(({ subject }) => subject))]
}

const unbound = (format: FormatId, subject: string, receivedAt: Instant.Instant): Fault => ({
  reason: "unbound",
  detail: `nothing is bound to ${subject} of the format ${format}; bind it to a device and replay`,
  format,
  subject,
  receivedAt
})

/** Turns what was said into rows. Nothing is asked or waited for here. */
const rowsOf = (
  { arrivals, principal }: Listening,
  format: FormatId,
  said: ReadonlyArray<Said>,
  bound: Bound,
  arrived: Instant.Instant
): Understood => {
  const rows: Array<Row> = []
  const faults = new Map<string, Fault>()
  // When the message counts as received, by subject. A letter keeps it, so that letters of one subject are
  // replayed in the order in which they came, and say the same.
  const bases = new Map<string, Instant.Instant>()
  const nameOf = (subject: string) => `${principal.tenantId} ${format} ${subject}`
  for (const { subject } of said) {
    if (!bases.has(subject)) bases.set(subject, arrivals.next(nameOf(subject), arrived))
  }
  said.forEach((one, index) => {
    const { at, channel, subject } = one
    const binding = bound.get(subject)
    const base = bases.get(subject) ?? arrived
    let instant = at
    if (instant === undefined) {
      const spoken =
        binding === undefined
          ? nameOf(subject)
          : `${principal.tenantId} ${binding.deviceId} ${binding.channel}`
      instant = arrivals.next(`${spoken} ${channel}`, base)
      arrivals.note(nameOf(subject), instant)
    }
    if (binding === undefined) {
      faults.set(subject, unbound(format, subject, base))
      return
    }
    const reading = readingOf(one, binding, instant)
    const { deviceId } = binding
    if (reading !== undefined) rows.push({ index, deviceId, format, subject, receivedAt: base, reading })
  })
  return { rows, faults: [...faults.values()], statuses: [] }
}

/** Makes what reads messages in the formats of others. */
export const makeUnderstand = (bindingsOf: ReturnType<typeof makeBindingsOf>) => {
  const ofReadings = Effect.fnUntraced(function* (
    listening: Listening,
    format: FormatId,
    said: ReadonlyArray<Said>,
    arrived: Instant.Instant
  ) {
    const { heard, principal, subject } = listening
    const meant = subject === undefined ? said : said.filter((one) => one.subject === subject)
    heard?.note(principal.tenantId, format, meant, arrived)
    const found = yield* bindingsOf(principal, format, subjectsOf(meant), true)
    return rowsOf(listening, format, meant, found, arrived)
  })

  const ofStatus = Effect.fnUntraced(function* (
    { principal }: Listening,
    format: FormatId,
    { isOnline, subject }: { readonly subject: string; readonly isOnline: boolean }
  ) {
    const binding = (yield* bindingsOf(principal, format, [subject], false)).get(subject)
    // Whether a stranger is there interests nobody.
    return binding === undefined ? nothing : { ...nothing, statuses: [{ ...binding, isOnline }] }
  })

  const unknownTopic = (
    sender: Principal,
    { receivedAt, topic }: Message
  ): Effect.Effect<Understood, Forbidden> => {
    // Only a program of the whole tenant hears what somebody else published, on topics it did not choose.
    if (!speaksForAll(sender)) {
      const who = sender.deviceId === null ? "a program that is held to locations" : "a device"
      return Effect.fail(new Forbidden({ message: `${who} may not publish to ${topic.slice(0, 200)}` }))
    }
    const detail = "no format reads this topic"
    return Effect.succeed(
      faulty({ reason: "unknown_topic", detail, format: null, subject: null, receivedAt })
    )
  }

  return (
    listening: Listening,
    message: Message
  ): Effect.Effect<Understood, Forbidden | NotFound | StorageError> => {
    const { receivedAt } = message
    const recognised: Recognised | undefined = listening.readers.read(message, listening.format)
    if (recognised === undefined) return unknownTopic(listening.principal, message)
    const { format, told } = recognised
    switch (told.kind) {
      case "readings":
        return ofReadings(listening, format, told.said, receivedAt)
      case "status":
        return ofStatus(listening, format, told)
      case "malformed":
        return Effect.succeed(
          faulty({ reason: "malformed", detail: told.why, format, subject: null, receivedAt })
        )
      default:
        return Effect.succeed(nothing)
    }
  }
}

import type { DeadLetter, DeadLetterReason, Message, Principal } from "@wattkit/core"
import { Effect } from "effect"
import { Arrivals } from "../Arrivals.ts"
import { nativeTopicOf } from "../native/native.ts"
import type { Readers, ReaderSet } from "../Readers.ts"
import type { Fault, Row, Understood } from "../Row.ts"
import type { makeStoreRows } from "../storeRows.ts"
import { type makeUnderstand, understandNative } from "../understand.ts"

/** A letter that still cannot become readings, and why. */
export interface StillDead {
  readonly id: string
  readonly reason: DeadLetterReason
  readonly detail: string
}

/** What became of the letters that were replayed. */
export interface Replayed {
  /** How many letters became readings, or were found to say nothing. */
  readonly replayed: number
  readonly accepted: number
  readonly duplicates: number
  /** Letters that wait on. */
  readonly waiting: ReadonlyArray<StillDead>
  /** When more of the chosen kind wait: ask again for those after this id. */
  readonly next: string | null
}

/** What a replay found out. */
export interface Attempted extends Omit<Replayed, "next" | "replayed"> {
  readonly done: ReadonlyArray<string>
}

interface Parts {
  readonly readers: Readers
  readonly understand: ReturnType<typeof makeUnderstand>
  readonly storeRows: ReturnType<typeof makeStoreRows>
}

/** In whose name a letter goes again: of whoever asks, with no more reach than its sender had. */
const senderOf = (asker: Principal, { deviceId }: DeadLetter): Principal => ({
  ...asker,
  scopes: ["ingest"],
  deviceId
})

const bySender = (letters: ReadonlyArray<DeadLetter>) => {
  const found = new Map<DeadLetter["deviceId"], Array<DeadLetter>>()
  for (const letter of letters) {
    const own = found.get(letter.deviceId)
    if (own === undefined) found.set(letter.deviceId, [letter])
    else own.push(letter)
  }
  return [...found.values()]
}

const stillDead = ({ id }: DeadLetter, { detail, reason }: Fault): StillDead => ({ id, reason, detail })

/** Makes what sends letters the way they came once more, with the instants at which they came. */
export const makeReplay = ({ readers, storeRows, understand }: Parts) => {
  const again = (
    sender: Principal,
    letter: DeadLetter,
    set: ReaderSet,
    arrivals: Arrivals
  ): Effect.Effect<Understood, Effect.Error<ReturnType<typeof understand>>> => {
    const message: Message = letter.message
    const native = letter.format === null ? nativeTopicOf(message.topic) : undefined
    if (native !== undefined) return Effect.succeed(understandNative(native, message))
    const format = letter.format ?? undefined
    const subject = letter.subject ?? undefined
    return understand({ principal: sender, readers: set, arrivals, format, subject }, message)
  }

  const ofSender = Effect.fnUntraced(function* (sender: Principal, letters: ReadonlyArray<DeadLetter>) {
    const set = readers.of(sender).fresh()
    const arrivals = new Arrivals()
    const rows: Array<Row> = []
    const owners = new Map<Row, DeadLetter>()
    const dead = new Map<string, StillDead>()
    for (const letter of letters) {
      const refused = ({ message }: { readonly message: string }) =>
        Effect.succeed<Understood>({
          rows: [],
          statuses: [],
          faults: [
            { ...letter, reason: letter.reason, detail: message, receivedAt: letter.message.receivedAt }
          ]
        })
      const found = yield* Effect.catchTag(again(sender, letter, set, arrivals), "Forbidden", refused)
      for (const row of found.rows) {
        rows.push(row)
        owners.set(row, letter)
      }
      const [fault] = found.faults
      if (fault !== undefined) dead.set(letter.id, stillDead(letter, fault))
    }
    const stored = yield* storeRows(sender, rows, { toTell: false })
    for (const { fault, row } of stored.faults) {
      const letter = owners.get(row)
      if (letter !== undefined && !dead.has(letter.id)) dead.set(letter.id, stillDead(letter, fault))
    }
    return { ...stored, dead }
  })

  return Effect.fnUntraced(function* (asker: Principal, letters: ReadonlyArray<DeadLetter>) {
    const waiting: Array<StillDead> = []
    const done: Array<string> = []
    let accepted = 0
    let duplicates = 0
    for (const own of bySender(letters)) {
      const [first] = own
      if (first === undefined) continue
      const found = yield* ofSender(senderOf(asker, first), own)
      accepted += found.accepted
      duplicates += found.duplicates
      waiting.push(...found.dead.values())
      for (const { id } of own) if (!found.dead.has(id)) done.push(id)
    }
    const attempted: Attempted = { accepted, duplicates, waiting, done }
    return attempted
  })
}

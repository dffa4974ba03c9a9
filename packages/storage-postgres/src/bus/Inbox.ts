import type { StoredReadings } from "@wattkit/core"
import * as Notification from "./Notification.ts"
import * as Wire from "./wire.ts"

/** So many processes are remembered; one that was not heard for long is forgotten first. */
const mostSenders = 256

/** What is known of another process. */
interface Sender {
  readonly sequence: number
  /** The parts of news that has more to come; undefined when it lacks some. */
  readonly parts: ReadonlyArray<string> | undefined
}

/** What a notification of another process brought. */
export interface Brought {
  readonly news: ReadonlyArray<StoredReadings>
  /** Whether something before it is missing. */
  readonly hasGap: boolean
  readonly word: "hello" | "here" | undefined
}

const nothing: Brought = { news: [], hasGap: false, word: undefined }

/** Puts together what other processes tell, and notices what is missing. */
export class Inbox {
  readonly #self: string
  readonly #senders = new Map<string, Sender>()

  constructor(self: string) {
    this.#self = self
  }

  /** How many other processes were heard. */
  get senders(): number {
    return this.#senders.size
  }

  /** Begins anew: what the others say next is taken for the first they say. */
  forget(): void {
    this.#senders.clear()
  }

  /** Takes a notification; undefined when it is an echo of this process. */
  take(payload: string): Brought | undefined {
    const notification = Notification.decode(payload)
    if (notification === undefined) return { ...nothing, hasGap: true }
    if (notification.from === this.#self) return undefined
    const before = this.#senders.get(notification.from)
    const hasGap = isAfterGap(notification, before)
    const sender = { sequence: notification.sequence, parts: partsOf(notification, before, hasGap) }
    this.#remember(notification.from, sender)
    const { says } = notification
    if (typeof says === "string") return { news: [], hasGap, word: says }
    if (sender.parts?.length !== says.of) return { ...nothing, hasGap }
    try {
      return { ...nothing, hasGap, news: Wire.decode(sender.parts.join("")) }
    } catch {
      return { ...nothing, hasGap: true }
    }
  }

  #remember(from: string, sender: Sender): void {
    this.#senders.delete(from)
    this.#senders.set(from, sender)
    const [oldest] = this.#senders.keys()
    if (this.#senders.size > mostSenders && oldest !== undefined) this.#senders.delete(oldest)
  }
}

/**
 * Whether something of the sender is missing. A stranger that answers a greeting was there before; another
 * begins with its first notification.
 */
const isAfterGap = ({ says, sequence }: Notification.Notification, before: Sender | undefined): boolean =>
  before === undefined ? says !== "here" && sequence !== 1 : sequence !== before.sequence + 1

const partsOf = (
  { says }: Notification.Notification,
  before: Sender | undefined,
  hasGap: boolean
): Sender["parts"] => {
  if (typeof says === "string") return undefined
  if (says.part === 0) return [says.text]
  const parts = hasGap ? undefined : before?.parts
  return parts?.length === says.part ? [...parts, says.text] : undefined
}

import { WattkitError } from "../WattkitError.ts"
import type { ClientFrame, RecordAnswer, Recorded } from "./frames.ts"
import { refused, type Say } from "./hold.ts"

interface Open {
  readonly frame: ClientFrame
  readonly resolve: (recorded: Recorded) => void
  readonly reject: (error: unknown) => void
}

/** So many submissions may wait for their answer. */
const most = 256

/**
 * Readings on their way to the server. Those that were not answered before a connection was lost are sent
 * again over the next: a reading that is stored already is a duplicate and changes nothing.
 */
export class Records {
  readonly #open = new Map<string, Open>()
  #say: Say | undefined
  #count = 0
  #isOver = false

  /** Sends readings now or as soon as there is a connection. */
  send(readings: unknown, deviceId: string | undefined): Promise<Recorded> {
    if (this.#isOver) return Promise.reject(over())
    if (this.#open.size >= most) {
      const message = `${most} submissions wait for their answer already`
      return Promise.reject(new WattkitError({ code: "RATE_LIMITED", message }))
    }
    const id = `r${++this.#count}`
    const frame: ClientFrame = { type: "RECORD", id, deviceId, readings }
    return new Promise((resolve, reject) => {
      this.#open.set(id, { frame, resolve, reject })
      this.#say?.(frame)
    })
  }

  /** There is a connection, or none any more. */
  connect(say: Say | undefined): void {
    this.#say = say
    if (say !== undefined) for (const { frame } of this.#open.values()) say(frame)
  }

  /** Takes an answer, and says whether it was to readings. */
  answer(answer: RecordAnswer): boolean {
    const open = this.#open.get(answer.id)
    if (open === undefined) return false
    this.#open.delete(answer.id)
    if (answer.type === "ERROR") open.reject(refused(answer))
    else {
      const { accepted, duplicates, rejected } = answer
      open.resolve({ accepted, duplicates, rejected })
    }
    return true
  }

  /** Nothing will be answered any more. */
  end(): void {
    this.#isOver = true
    for (const { reject } of this.#open.values()) reject(over())
    this.#open.clear()
  }
}

const over = (): WattkitError =>
  new WattkitError({
    code: "ABORTED",
    message: "The subscription was closed before the readings were answered"
  })

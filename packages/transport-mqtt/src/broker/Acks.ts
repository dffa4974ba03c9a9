import type { Buffer } from "node:buffer"

/** A message that came and waits for its acknowledgement. */
export interface Ticket {
  bytes: Buffer | undefined
  isSettled: boolean
}

/**
 * Sends acknowledgements in the order in which the messages came, as the standard wants it, whatever the
 * order in which they were stored.
 */
export class Acks {
  readonly #send: (bytes: Buffer) => void
  #tickets: Array<Ticket> = []
  #first = 0

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send
  }

  open(): Ticket {
    const ticket: Ticket = { bytes: undefined, isSettled: false }
    this.#tickets.push(ticket)
    return ticket
  }

  /** Nothing is sent for a message when there are no bytes, and those behind it go on. */
  settle(ticket: Ticket, bytes: Buffer | undefined): void {
    ticket.bytes = bytes
    ticket.isSettled = true
    for (;;) {
      const next = this.#tickets[this.#first]
      if (next === undefined || !next.isSettled) break
      this.#first++
      if (next.bytes !== undefined) this.#send(next.bytes)
    }
    if (this.#first === this.#tickets.length) {
      this.#tickets = []
      this.#first = 0
    } else if (this.#first > 1024) {
      this.#tickets = this.#tickets.slice(this.#first)
      this.#first = 0
    }
  }
}

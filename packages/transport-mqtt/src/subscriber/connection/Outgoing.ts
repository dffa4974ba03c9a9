import { MqttError } from "../MqttError.ts"

/** How a message is published. */
export interface PublishOptions {
  readonly qos?: 0 | 1 | undefined
  readonly retain?: boolean | undefined
}

type Settle = (error: MqttError | undefined) => void

/** What one connection has published and the broker has not confirmed. It ends with its connection. */
export class Outgoing {
  readonly #waiting = new Map<number, Settle>()
  #last = 0
  most = 65_535

  /** A packet identifier nobody uses, with what to do when it is confirmed; undefined while too many wait. */
  add(settle: Settle): number | undefined {
    if (this.#waiting.size >= this.most) return undefined
    do this.#last = (this.#last % 65_535) + 1
    while (this.#waiting.has(this.#last))
    this.#waiting.set(this.#last, settle)
    return this.#last
  }

  /** The broker answered. Codes from 0x80 are refusals. */
  confirm(packetId: number, code: number): void {
    const settle = this.#waiting.get(packetId)
    if (settle === undefined) return
    this.#waiting.delete(packetId)
    const message = `the broker refused the message with code 0x${code.toString(16)}`
    settle(code < 0x80 ? undefined : new MqttError({ reason: "refused", message }))
  }

  end(): void {
    const message = "the connection ended before the broker answered"
    for (const settle of this.#waiting.values()) settle(new MqttError({ reason: "disconnected", message }))
    this.#waiting.clear()
  }
}

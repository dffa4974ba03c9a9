import { keep, isOver, type Message, sizeOf } from "./Delivery.ts"
import * as Filter from "../../topics/Filter.ts"

/**
 * The last message of each topic of one space that its publisher wanted kept, bounded in number and bytes.
 */
export class Retained {
  readonly #most: { readonly messages: number; readonly bytes: number }
  readonly #messages = new Map<string, Message>()
  bytes = 0

  constructor(most: { readonly messages: number; readonly bytes: number }) {
    this.#most = most
  }

  get size(): number {
    return this.#messages.size
  }

  /**
   * Keeps a message in the place of the one before; an empty one only ends that. False when there is no room.
   */
  put(message: Message): boolean {
    const before = this.#messages.get(message.topic)
    const bytes = this.bytes - (before === undefined ? 0 : sizeOf(before))
    const isEmpty = message.payload.length === 0
    const size = isEmpty ? 0 : sizeOf(message)
    const count = this.#messages.size + (before === undefined ? 1 : 0)
    if (!isEmpty && (bytes + size > this.#most.bytes || count > this.#most.messages)) return false
    this.bytes = bytes + size
    if (isEmpty) this.#messages.delete(message.topic)
    else this.#messages.set(message.topic, keep(message))
    return true
  }

  /** What is kept of the topics a filter stands for. */
  matching(filter: string, now: number): ReadonlyArray<Message> {
    const exact = /[+#]/.test(filter) ? undefined : this.#messages.get(filter)
    if (!/[+#]/.test(filter)) return exact === undefined || isOver(exact, now) ? [] : [exact]
    return [...this.#messages.values()].filter(
      (message) => !isOver(message, now) && Filter.matches(filter, message.topic)
    )
  }
}

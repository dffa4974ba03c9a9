import type { BrokerLimits } from "../BrokerOptions.ts"
import type { Message } from "./Delivery.ts"
import { Retained } from "./Retained.ts"
import type { Session, Subscription } from "./Session.ts"
import { FilterTree } from "../../topics/FilterTree.ts"

/** Everything that belongs to one tenant. Nothing here refers to another space, so nothing can cross. */
export class Space {
  readonly sessions = new Map<string, Session>()
  readonly retained: Retained
  readonly #listeners = new FilterTree<Session, Subscription>()

  constructor({ retained }: Pick<BrokerLimits, "retained">) {
    this.retained = new Retained(retained)
  }

  /** Whether there is nothing left to keep. */
  get isEmpty(): boolean {
    return this.sessions.size === 0 && this.retained.size === 0
  }

  /** Says whether the session had no such subscription before. */
  subscribe(session: Session, filter: string, subscription: Subscription): boolean {
    const isNew = !session.subscriptions.has(filter)
    session.subscriptions.set(filter, subscription)
    this.#listeners.set(filter, session, subscription)
    return isNew
  }

  unsubscribe(session: Session, filter: string): boolean {
    this.#listeners.delete(filter, session)
    return session.subscriptions.delete(filter)
  }

  /** Ends a session with all it holds. */
  end(session: Session): void {
    for (const filter of session.subscriptions.keys()) this.#listeners.delete(filter, session)
    session.subscriptions.clear()
    session.clear()
    this.sessions.delete(session.key)
  }

  /** Hands a message to whoever listens, once each, and answers how many took it. */
  route(message: Message, from: Session | undefined, now: number): number {
    if (message.retain) this.retained.put(message)
    if (this.#listeners.size === 0) return 0
    const best = new Map<Session, Subscription>()
    this.#listeners.match(message.topic, (session, subscription) => {
      if (subscription.isNotOwn && session === from) return
      const other = best.get(session)
      if (other === undefined || other.qos < subscription.qos) best.set(session, subscription)
    })
    let taken = 0
    for (const [session, { keepsRetain, qos }] of best) {
      const least = qos < message.qos ? qos : message.qos
      if (session.deliver(message, least, keepsRetain && message.retain, now)) taken++
    }
    return taken
  }
}

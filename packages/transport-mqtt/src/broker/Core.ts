import type { Duplex } from "node:stream"
import { type BrokerLimits, type BrokerOptions, usualLimits } from "./BrokerOptions.ts"
import type { Connection } from "./Connection.ts"
import type { Message } from "./session/Delivery.ts"
import { type Held, Session } from "./session/Session.ts"
import { Space } from "./session/Space.ts"
import { Room } from "./Room.ts"

/** A session whose client is away, and the will that waits for its end. */
export interface Away {
  readonly spaceName: string
  /** When the will goes out, and how; undefined when there is none. */
  will: { readonly at: number; readonly publish: () => void } | undefined
}

/** What all connections of a broker share. */
export class Core<P> {
  readonly options: BrokerOptions<P>
  readonly limits: BrokerLimits
  readonly room: Room
  readonly spaces = new Map<string, Space>()
  readonly connections = new Set<Connection<P>>()
  readonly away = new Map<Session, Away>()
  readonly held: Held = { bytes: 0, dropped: 0 }
  sessions = 0
  isClosing = false

  constructor(options: BrokerOptions<P>) {
    this.options = options
    this.limits = { ...usualLimits, ...options.limits }
    this.room = new Room(this.limits.inFlight)
  }

  space(name: string): Space {
    let space = this.spaces.get(name)
    if (space === undefined) this.spaces.set(name, (space = new Space(this.limits)))
    return space
  }

  /** Hands a message to whoever listens in a space, and answers how many took it. */
  route(spaceName: string, message: Message, from: Session | undefined, now: number): number {
    // A space without sessions is made only when there is something to keep in it.
    const space = message.retain ? this.space(spaceName) : this.spaces.get(spaceName)
    return space?.route(message, from, now) ?? 0
  }

  /** A new session, or undefined when there are too many. */
  makeSession(space: Space, key: string): Session | undefined {
    if (this.sessions >= this.limits.sessions) return undefined
    this.sessions++
    const session = new Session(key, this.limits, this.held)
    space.sessions.set(key, session)
    return session
  }

  endSession(spaceName: string, session: Session): void {
    const space = this.spaces.get(spaceName)
    if (space?.sessions.get(session.key) !== session) return
    this.sessions--
    space.end(session)
    this.#comeBack(session)?.publish()
    if (space.isEmpty) this.spaces.delete(spaceName)
  }

  /** Its client is there again; the will that waited is not sent. */
  comeBack(session: Session): void {
    this.#comeBack(session)
  }

  #comeBack(session: Session): Away["will"] {
    const will = this.away.get(session)?.will
    this.away.delete(session)
    return will
  }

  /** Ends sessions nobody came back to, and sends wills that were delayed. */
  lookAtSessions(now: number): void {
    for (const [session, away] of this.away) {
      if (session.endsAt !== undefined && session.endsAt <= now) this.endSession(away.spaceName, session)
      else if (away.will !== undefined && away.will.at <= now) {
        const { publish } = away.will
        away.will = undefined
        publish()
      }
    }
  }
}

/** A stream that may be told not to hold small packets back; sockets can, others need not. */
export type Carrier = Duplex & {
  readonly setNoDelay?: (on: boolean) => unknown
  readonly setKeepAlive?: (on: boolean, delay: number) => unknown
}

/**
 * What somebody published, as it came. The payload is valid until `take` settles; copy what is kept longer.
 */
export interface Incoming {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  readonly isRetained: boolean
  readonly receivedAt: number
}

/** What became of it; the names are the reason codes 0x00, 0x87, 0x97 and 0x90 of MQTT 5. */
export type Taken = "stored" | "not_authorized" | "quota_exceeded" | "topic_invalid"

/** How somebody introduces himself when he connects. */
export interface Login {
  readonly clientId: string
  readonly username: string | undefined
  readonly password: string | undefined
}

/**
 * Everything a stranger, or a device gone mad, could otherwise make grow without end.
 *
 * Counts and bytes of `inFlight` and `queuedBytes` are of the whole broker, of `retained` of one space, and
 * all others of one connection or session.
 */
export interface BrokerLimits {
  readonly connections: number
  readonly packetBytes: number
  /** The largest packet of somebody who is not known yet. */
  readonly connectBytes: number
  readonly connectMs: number
  /** What was handed to `take` and is not settled. Beyond it, nothing more is read from the sockets. */
  readonly inFlight: { readonly messages: number; readonly bytes: number }
  /** The share of `inFlight` that one connection may have; MQTT 5 clients are told. */
  readonly inFlightEach: number
  readonly sessions: number
  /** The longest a session outlives its connection. */
  readonly sessionMs: number
  readonly subscriptions: number
  /** What waits for one session. What goes beyond is dropped. */
  readonly queue: { readonly messages: number; readonly bytes: number }
  readonly queuedBytes: number
  readonly retained: { readonly messages: number; readonly bytes: number }
  /** What may wait in a socket before messages of QoS 0 are dropped. */
  readonly unsentBytes: number
  /** How long a client may take nothing at all before it is cut off. */
  readonly stalledMs: number
  /** How often time-outs are looked at. */
  readonly lookMs: number
  /** How long what is in flight may take when the broker closes. */
  readonly drainMs: number
}

/** The limits everybody starts with. */
export const usualLimits: BrokerLimits = {
  connections: 10_000,
  packetBytes: 256 * 1024,
  connectBytes: 16 * 1024,
  connectMs: 10_000,
  inFlight: { messages: 2_000, bytes: 8 * 1024 * 1024 },
  inFlightEach: 500,
  sessions: 20_000,
  sessionMs: 24 * 3_600_000,
  subscriptions: 100,
  queue: { messages: 1_000, bytes: 1024 * 1024 },
  queuedBytes: 64 * 1024 * 1024,
  retained: { messages: 10_000, bytes: 8 * 1024 * 1024 },
  unsentBytes: 1024 * 1024,
  stalledMs: 10_000,
  lookMs: 1_000,
  drainMs: 5_000
}

/** What the broker asks of its owner. `P` is whoever the owner recognises. */
export interface BrokerOptions<P> {
  /** Who this is; undefined for nobody. A rejected promise says that it cannot be found out now. */
  readonly authenticate: (login: Login) => Promise<P | undefined>
  /** Whose messages somebody sees; nothing ever crosses from one space into another. */
  readonly spaceOf: (peer: P) => string
  /**
   * Whose sessions are one's own: two peers of different owners may use the same client id without touching
   * each other. By default everybody in a space is one owner.
   */
  readonly ownerOf?: (peer: P) => string
  readonly mayPublish: (peer: P, topic: string) => boolean
  readonly maySubscribe: (peer: P, filter: string) => boolean
  /**
   * Stores a message. It is acknowledged, and handed to others, only after this says `stored`. When it
   * rejects, nothing is acknowledged and the connection is closed, so that the device sends again.
   */
  readonly take: (peer: P, incoming: Incoming) => Promise<Taken>
  /**
   * Looks after a client for as long as it is connected: `end` is called when it may not be any more, and
   * what is answered when it is gone. Whoever is ended is told 0x87, and leaves neither a will nor a
   * session.
   */
  readonly admit?: (peer: P, end: () => void) => () => void
  /** Hears who comes and goes. */
  readonly onStatus?: (peer: P, clientId: string, status: "connected" | "disconnected") => void
  readonly limits?: Partial<BrokerLimits>
}

/** A message from the owner of the broker. */
export interface Outgoing {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly qos?: 0 | 1 | 2
  readonly retain?: boolean
}

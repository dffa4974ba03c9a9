import type { ConnectionOptions } from "node:tls"
import type { Backoff } from "./Backoff.ts"
import type { Incoming, Taken } from "../broker/BrokerOptions.ts"
import type { SubscriberStatus } from "./SubscriberStatus.ts"

/** Which protocol to speak: one of them, or 5 as long as the broker understands it. */
export type ProtocolChoice = "auto" | "5" | "3.1.1"

/** A message for the time after. */
export interface Will {
  readonly topic: string
  readonly payload: string
  readonly retain: boolean
}

/** The bounds of a subscriber. */
export interface SubscriberLimits {
  /** The most messages, and bytes of them, that are handed over and not acknowledged. */
  readonly messages: number
  readonly bytes: number
  /** What the broker is asked to keep to, which it may not. */
  readonly receiveMaximum: number
  /** The largest packet, under MQTT 5. Under 3.1.1 a broker cannot be told, and `bytes` is the bound. */
  readonly packetBytes: number
  /** How long the broker keeps what arrives while nobody is connected. */
  readonly sessionExpirySeconds: number
  /** How long the broker may take to answer until there is a connection. */
  readonly connectMs: number
  /**
   * How long the oldest message may wait for its store before the connection is given back; half the
   * keepalive.
   */
  readonly holdMs: number
  readonly reconnect: Backoff
  readonly probe: Backoff
  /** How long a reconnect waits for what the last connection handed over. */
  readonly settleMs: number
  /** How long the end waits for what is in flight. */
  readonly drainMs: number
}

/** How to subscribe to a broker, and what to do with what it sends. */
export interface SubscriberOptions {
  /** Such as `mqtt://host:1883`; also `mqtts`, `ws` and `wss`. It may carry a user name and a password. */
  readonly url: string
  /** The broker keeps the session under this name: always the same, and no two programs with one. */
  readonly clientId: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly tls?: ConnectionOptions | undefined
  readonly filters: ReadonlyArray<string>
  /** Shares the messages among all subscribers of the group. */
  readonly group?: string | undefined
  readonly qos?: 1 | 2 | undefined
  readonly protocol?: ProtocolChoice | undefined
  /** What the broker says in the name of this client when it is lost; not when it leaves. */
  readonly will?: Will | undefined
  readonly keepaliveSeconds?: number | undefined
  /**
   * Stores a message. It is acknowledged when the promise resolves, and never when it rejects: then the
   * connection is given back and the broker sends it again.
   *
   * The same message may come more than once, so it has to be known by what it says.
   */
  readonly take: (incoming: Incoming) => Promise<Taken>
  /** Whether the store works again; asked while the connection is given back. */
  readonly probe?: (() => Promise<boolean>) | undefined
  /** Whether the store is known not to work; asked often, so it must be cheap. */
  readonly isAvailable?: (() => boolean) | undefined
  /** The broker forgot the session: what was published meanwhile may never come. */
  readonly onSessionLost?: (() => void) | undefined
  /** Called when the state changes. */
  readonly onStatus?: ((status: SubscriberStatus) => void) | undefined
  readonly limits?: Partial<SubscriberLimits> | undefined
  readonly signal?: AbortSignal | undefined
}

/** What every subscriber starts with. */
export const usualLimits: Omit<SubscriberLimits, "holdMs"> = {
  messages: 2_000,
  bytes: 8 * 1024 * 1024,
  receiveMaximum: 2_000,
  packetBytes: 256 * 1024,
  sessionExpirySeconds: 7 * 24 * 3_600,
  connectMs: 10_000,
  reconnect: { baseMs: 1_000, mostMs: 60_000 },
  probe: { baseMs: 500, mostMs: 10_000 },
  settleMs: 120_000,
  drainMs: 5_000
}

/** How long a broker hears nothing before it takes the connection for lost, in seconds. */
export const usualKeepaliveSeconds = 60

import type { Instant } from "../../time/Instant.ts"

/** How a message came. */
export type Carrier = "mqtt" | "http" | "websocket"

/** What somebody sent, as it came: bytes under a topic. Nobody has decided yet whose readings they are. */
export interface Message {
  readonly carrier: Carrier
  /**
   * The topic it was published to. What comes over HTTP has a topic too, made of the format and the address
   * inside it, such as `influx/write`.
   */
  readonly topic: string
  readonly payload: Uint8Array
  readonly receivedAt: Instant
  /** Whether a broker kept it and hands it out late: without a time of its own it tells nothing of now. */
  readonly isRetained: boolean
}

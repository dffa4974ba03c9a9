import type { Reading } from "../contract.gen.ts"

/** The sub-protocol of the live WebSocket. */
export const protocol = "wattkit.v1"

/** Where the live WebSocket is, below the base URL. */
export const path = "/v1/ws"

/** A reading with the device it came from; the channel is always named. */
export interface LiveReading extends Reading {
  readonly deviceId: string
  readonly channel: string
}

/** News of one location: the newest reading of each channel that said something since the update before. */
export interface LiveUpdate {
  /** Rises with every update of one connection; it starts again after a reconnect. */
  readonly sequence: number
  readonly locationId: string
  readonly readings: ReadonlyArray<LiveReading>
}

/** What to see; what is left out means everything the credential may see. */
export interface LiveFilter {
  readonly locationIds?: ReadonlyArray<string> | undefined
  readonly deviceIds?: ReadonlyArray<string> | undefined
}

/** What the server says. A frame of another type is of a newer server and is passed over. */
export type ServerFrame =
  | { readonly type: "CONNECTION_ACK"; readonly sessionId: string; readonly heartbeatMs: number }
  | { readonly type: "SUBSCRIBED"; readonly id: string }
  | ({ readonly type: "ENERGY_UPDATE" } & LiveUpdate)
  | { readonly type: "PING" | "PONG" }
  | { readonly type: "ERROR"; readonly code: string; readonly message: string }

/** What the client says. */
export type ClientFrame =
  | ({ readonly type: "SUBSCRIBE"; readonly id: string } & LiveFilter)
  | { readonly type: "PING" | "PONG" }

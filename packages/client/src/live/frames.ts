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
  /** Rises within the stream of a server, and is 0 in the midst of a state. */
  readonly sequence: number
  readonly locationId: string
  readonly readings: ReadonlyArray<LiveReading>
}

/** The kinds of news a server may show, and those of a newer one. */
export type LiveEvent =
  | "ENERGY_UPDATE"
  | "DEVICE_STATUS"
  | "GREEN_ENERGY_UPDATE"
  | "NEW_RECOMMENDATION"
  | "NOTIFICATION"
  | "JOB_PROGRESS"
  | "COST_UPDATE"

/** A device went online or offline. */
export interface LiveStatus {
  readonly type: "DEVICE_STATUS"
  readonly sequence: number
  readonly locationId: string
  readonly deviceId: string
  readonly at: string
  readonly status: "online" | "offline"
}

/** News that are neither readings nor a status. Those with the same key are about the same thing. */
export interface LiveTold {
  readonly type: Exclude<LiveEvent, "ENERGY_UPDATE" | "DEVICE_STATUS">
  readonly sequence: number
  readonly locationId?: string
  readonly key: string
  readonly data: { readonly [name: string]: unknown }
}

/** News beside readings. */
export type LiveNews = LiveStatus | LiveTold

/** What to see; what is left out means everything the credential may see. */
export interface LiveFilter {
  readonly locationIds?: ReadonlyArray<string> | undefined
  readonly deviceIds?: ReadonlyArray<string> | undefined
  /** Readings alone unless said, or everything for who takes other news too. */
  readonly events?: ReadonlyArray<LiveEvent> | undefined
}

/** A place in the stream of a server, from which it can go on. */
export interface Position {
  readonly stream: string
  readonly sequence: number
}

/** What became of readings that were sent. */
export interface Recorded {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<{
    readonly index: number
    readonly field: string
    readonly reason: string
    readonly message: string
  }>
}

/** What the server answers to readings. */
export type RecordAnswer =
  | ({ readonly type: "RECORDED"; readonly id: string } & Recorded)
  | ({ readonly type: "ERROR"; readonly id: string } & Refusal)

/** Why the server did not do what it was asked. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly retryAfterMs?: number
}

/** What the server says. A frame of another type is of a newer server and is passed over. */
export type ServerFrame =
  | {
      readonly type: "CONNECTION_ACK"
      readonly sessionId: string
      readonly heartbeatMs: number
      readonly stream?: string
    }
  | { readonly type: "SUBSCRIBED"; readonly id: string }
  | { readonly type: "RESYNC" | "PING" | "PONG" }
  | ({ readonly type: "ENERGY_UPDATE" } & LiveUpdate)
  | LiveNews
  | { readonly type: "RECORDED"; readonly id: string }
  | ({ readonly type: "ERROR"; readonly id?: string } & Refusal)

/** What the client says. */
export type ClientFrame =
  | ({ readonly type: "SUBSCRIBE"; readonly id: string; readonly since?: Position | undefined } & LiveFilter)
  | {
      readonly type: "RECORD"
      readonly id: string
      readonly deviceId?: string | undefined
      readonly readings: unknown
    }
  | { readonly type: "PING" | "PONG" }

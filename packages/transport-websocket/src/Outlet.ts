/**
 * The way to one client: a WebSocket, or whatever else takes frames and can tell how much of them is unread.
 * None of it may throw, also after the other side is gone.
 */
export interface Outlet {
  /** Takes one frame of text; `done` is called when it has left, or never will. */
  readonly send: (frame: Uint8Array, done?: () => void) => void
  /** How many bytes wait in this process for the client to read. */
  readonly bufferedAmount: () => number
  /** Stops and goes on reading what the client says. */
  readonly pause: () => void
  readonly resume: () => void
  /** Ends the connection, soon even when the client does not answer. */
  readonly close: (code: number, reason: string) => void
}

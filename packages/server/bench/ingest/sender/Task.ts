/** What is to be sent, to whom and how. */
export interface Task {
  readonly over: "http" | "mqtt" | "ws"
  readonly port: number
  /** The path of the request, or the topic; `:id` stands for the device. */
  readonly path: string
  /** The secret of the credential. */
  readonly key?: string | undefined
  readonly form: "wattkit" | "influx" | "peer"
  /** What every answer must contain. */
  readonly expects?: string | undefined
  readonly connections: number
  /** Requests, messages or frames on the way of each connection. */
  readonly inFlight: number
  readonly requests: number
  /** Readings in each of them. */
  readonly readings: number
  readonly devices: number
  /** Epoch milliseconds of tick 0. */
  readonly start: number
  /** The tick of the first reading; a tick is ten seconds. */
  readonly tick: number
}

/** A task of which everything is made ready and connected. */
export interface Ready {
  /** Sends it all; resolves when everything is answered. */
  readonly go: () => Promise<Answered>
}

/** What was answered, and how long a part of it took. */
export interface Answered {
  readonly answered: number
  /** How often the server had no room and something was sent again when it asked for it. */
  readonly refused: number
  readonly latencies: ReadonlyArray<number>
}

/** How it went. */
export interface Sent extends Answered {
  readonly elapsed: number
  /** Microseconds of processor time the sender used meanwhile. */
  readonly cpu: number
}

/** What the process that sends is asked: first to get ready, which takes its time, and then to go. */
export type SenderQuestion = { readonly ask: "prepare"; readonly task: Task } | { readonly ask: "go" }

/** Every so many answers the time is taken. */
export const timedOf = (requests: number): number => Math.max(1, Math.floor(requests / 20_000))

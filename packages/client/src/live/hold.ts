import { aborted } from "../attempt.ts"
import { statusOf } from "../status.gen.ts"
import { WattkitError } from "../WattkitError.ts"
import {
  type ClientFrame,
  type LiveFilter,
  type LiveNews,
  type LiveUpdate,
  type Position,
  protocol,
  type RecordAnswer,
  type Refusal,
  type ServerFrame
} from "./frames.ts"

/** Says something to the server. */
export type Say = (frame: ClientFrame) => void

/** What one connection needs and whom it tells. */
export interface Hold {
  readonly url: string
  readonly ticket: string
  readonly filter: LiveFilter
  readonly WebSocket: typeof WebSocket
  /** The time within which the server must acknowledge the connection and the subscription. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Where the connection before left; the server goes on from there if it can. */
  readonly since: Position | undefined
  readonly onSubscribed: (say: Say) => void
  /** Called when the connection has outlived its first heartbeat. */
  readonly onSteady: () => void
  readonly onUpdate: (update: LiveUpdate) => void
  readonly onNews: (news: LiveNews) => void
  /** Everything up to here was seen; undefined when the server starts over. */
  readonly onPosition: (position: Position | undefined) => void
  /** Takes the answer to readings, and says whether there was a question. */
  readonly onAnswer: (answer: RecordAnswer) => boolean
}

/** Holds one connection until it ends, and rejects with the reason. */
export const hold = (options: Hold): Promise<never> =>
  new Promise((_, reject) => {
    const { signal } = options
    if (signal.aborted) return reject(aborted(signal))
    const socket = open(options)
    let heard = false
    let silentBeats = 0
    let isSubscribed = false
    let isOver = false
    let stream = ""
    const send = (frame: ClientFrame) => socket.send(JSON.stringify(frame))
    const end = (error: WattkitError) => {
      isOver = true
      clearTimeout(deadline)
      clearInterval(beat)
      signal.removeEventListener("abort", onAbort)
      socket.close(1000)
      reject(error)
    }
    const onAbort = () => end(aborted(signal))
    const onBeat = () => {
      if (heard) {
        silentBeats = 0
        if (isSubscribed) options.onSteady()
      } else if (++silentBeats > 1) return end(lost("The server fell silent"))
      else send({ type: "PING" })
      heard = false
    }
    const receive = (frame: ServerFrame) => {
      switch (frame.type) {
        case "CONNECTION_ACK":
          stream = frame.stream ?? ""
          clearInterval(beat)
          beat = setInterval(onBeat, frame.heartbeatMs > 0 ? frame.heartbeatMs : 30_000)
          return send({ type: "SUBSCRIBE", id: "1", ...options.filter, since: options.since })
        case "SUBSCRIBED":
          clearTimeout(deadline)
          isSubscribed = true
          return options.onSubscribed(send)
        case "PING":
          return send({ type: "PONG" })
        case "ERROR":
          if (frame.id === undefined || !options.onAnswer({ ...frame, id: frame.id })) end(refused(frame))
          return
        default:
          return show(frame, stream, options)
      }
    }
    let beat: ReturnType<typeof setInterval> | undefined
    const deadline = setTimeout(
      () => end(lost(`The server did not answer on the WebSocket within ${options.timeoutMs} ms`)),
      options.timeoutMs
    )
    signal.addEventListener("abort", onAbort)
    // The close that follows says it all, but some sockets throw when they fail and nobody listens.
    socket.addEventListener("error", () => {})
    socket.addEventListener("close", (event) => end(lost(`The WebSocket was closed with ${event.code}`)))
    socket.addEventListener("message", (event) => {
      if (isOver) return
      heard = true
      const frame = parse(event.data)
      if (frame === undefined) end(lost("The server sent what is not a frame"))
      else receive(frame)
    })
  })

/** Passes on what a frame shows, and how far everything was seen by then. */
const show = (frame: ServerFrame, stream: string, options: Hold): void => {
  if (frame.type === "RECORDED") return void options.onAnswer(frame as RecordAnswer)
  if (frame.type === "RESYNC") return options.onPosition(undefined)
  if (!("sequence" in frame)) return
  const { sequence } = frame
  if (frame.type === "ENERGY_UPDATE") {
    const { locationId, readings } = frame
    options.onUpdate({ sequence, locationId, readings })
  } else {
    const { id: _, ...news } = frame as LiveNews & { readonly id?: string }
    options.onNews(news)
  }
  // In the midst of a state there is nothing to go on from yet.
  if (sequence > 0 && stream !== "") options.onPosition({ stream, sequence })
}

const open = ({ WebSocket, ticket, url }: Hold): WebSocket => {
  try {
    return new WebSocket(url, [protocol, `ticket.${ticket}`])
  } catch {
    // What the platform says here quotes the ticket.
    throw new WattkitError({ code: "INVALID_REQUEST", message: `No WebSocket can be opened to ${url}` })
  }
}

const lost = (message: string): WattkitError => new WattkitError({ code: "NETWORK", message })

/** The error that a refusal of the server stands for. */
export const refused = ({ code, message, retryAfterMs }: Refusal): WattkitError =>
  new WattkitError({
    code,
    message,
    status: Object.entries(statusOf).find(([name]) => name === code)?.[1],
    retryAfterMs
  })

const parse = (data: unknown): ServerFrame | undefined => {
  try {
    return typeof data === "string" ? (JSON.parse(data) as ServerFrame) : undefined
  } catch {
    return undefined
  }
}

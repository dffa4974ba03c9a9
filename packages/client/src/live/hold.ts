import { aborted } from "../attempt.ts"
import { statusOf } from "../status.gen.ts"
import { WattkitError } from "../WattkitError.ts"
import { type ClientFrame, type LiveFilter, type LiveUpdate, protocol, type ServerFrame } from "./frames.ts"

/** What one connection needs and whom it tells. */
export interface Hold {
  readonly url: string
  readonly ticket: string
  readonly filter: LiveFilter
  readonly WebSocket: typeof WebSocket
  /** The time within which the server must acknowledge the connection and the subscription. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly onSubscribed: () => void
  /** Called when the connection has outlived its first heartbeat. */
  readonly onSteady: () => void
  readonly onUpdate: (update: LiveUpdate) => void
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
          clearInterval(beat)
          beat = setInterval(onBeat, frame.heartbeatMs > 0 ? frame.heartbeatMs : 30_000)
          return send({ type: "SUBSCRIBE", id: "1", ...options.filter })
        case "SUBSCRIBED":
          clearTimeout(deadline)
          isSubscribed = true
          return options.onSubscribed()
        case "ENERGY_UPDATE": {
          const { locationId, readings, sequence } = frame
          return options.onUpdate({ sequence, locationId, readings })
        }
        case "PING":
          return send({ type: "PONG" })
        case "ERROR":
          return end(refused(frame.code, frame.message))
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

const open = ({ WebSocket, ticket, url }: Hold): WebSocket => {
  try {
    return new WebSocket(url, [protocol, `ticket.${ticket}`])
  } catch {
    // What the platform says here quotes the ticket.
    throw new WattkitError({ code: "INVALID_REQUEST", message: `No WebSocket can be opened to ${url}` })
  }
}

const lost = (message: string): WattkitError => new WattkitError({ code: "NETWORK", message })

const refused = (code: string, message: string): WattkitError =>
  new WattkitError({ code, message, status: Object.entries(statusOf).find(([name]) => name === code)?.[1] })

const parse = (data: unknown): ServerFrame | undefined => {
  try {
    return typeof data === "string" ? (JSON.parse(data) as ServerFrame) : undefined
  } catch {
    return undefined
  }
}

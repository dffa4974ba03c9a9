import { Instant, type LiveNews } from "@wattkit/core"
import type { ServerFrame } from "./wire.ts"

/** How frames are written for one kind of client. */
export interface Encoding {
  /** Whether the client can say nothing, and so is not asked whether it is there. */
  readonly isOneWay: boolean
  readonly frame: (frame: ServerFrame) => Uint8Array
  /** News for a subscription with this id. The same bytes are shared by all who see the same. */
  readonly news: (news: LiveNews, id: string | undefined, stream: string) => Uint8Array
}

/** News as they travel: the instants in words, the id of the subscription after the type. */
const writtenOf = (news: LiveNews, id: string | undefined): object => {
  if (news.type === "DEVICE_STATUS") {
    const { at, deviceId, locationId, sequence, status, type } = news
    return { type, id, sequence, locationId, deviceId, at: Instant.format(at), status }
  }
  if (news.type !== "ENERGY_UPDATE") {
    const { data, key, locationId, sequence, type } = news
    return { type, id, sequence, ...(locationId === null ? {} : { locationId }), key, data }
  }
  const { locationId, sequence, type } = news
  const readings = news.readings.map((reading) => ({
    ...reading,
    at: Instant.format(reading.at),
    ...(reading.since === undefined ? {} : { since: Instant.format(reading.since) })
  }))
  return { type, id, sequence, locationId, readings }
}

/**
 * Remembers how the news at hand were written. News are told to one client after the other, so one entry is
 * all it takes for everybody who sees the same to share the same bytes.
 */
const remember = (
  write: (news: LiveNews, id: string | undefined, stream: string) => string
): Encoding["news"] => {
  let last: LiveNews | undefined
  const known = new Map<string | undefined, Uint8Array>()
  return (news, id, stream) => {
    if (news !== last) {
      last = news
      known.clear()
    }
    let bytes = known.get(id)
    if (bytes === undefined) known.set(id, (bytes = Buffer.from(write(news, id, stream))))
    return bytes
  }
}

/** JSON text frames, for WebSockets. */
export const makeJsonEncoding = (): Encoding => ({
  isOneWay: false,
  frame: (frame) => Buffer.from(JSON.stringify(frame)),
  news: remember((news, id) => JSON.stringify(writtenOf(news, id)))
})

/**
 * Server-sent events. The id of an event is the position a client goes on from by itself; what it cannot go
 * on from has none, so that the browser keeps the one before. A heartbeat is a comment.
 */
export const makeEventEncoding = (): Encoding => ({
  isOneWay: true,
  frame: (frame) =>
    Buffer.from(
      frame.type === "PING" ? ": heartbeat\n\n" : `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`
    ),
  news: remember((news, id, stream) => {
    const position = news.sequence === 0 ? "" : `id: ${stream}:${news.sequence}\n`
    return `${position}event: ${news.type}\ndata: ${JSON.stringify(writtenOf(news, id))}\n\n`
  })
})

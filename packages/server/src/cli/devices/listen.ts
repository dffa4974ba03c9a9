import { hostname } from "node:os"
import type { Heard as HeardView } from "@wattkit/client"
import { Instant, TenantId } from "@wattkit/core"
import { Formats, Heard, ReaderSet } from "@wattkit/engine"
import { type Incoming, makeSubscriber } from "@wattkit/transport-mqtt"
import { Effect } from "effect"
import { StartError } from "../../StartError.ts"

/** What was heard at a broker. */
export interface Listened {
  readonly heard: ReadonlyArray<HeardView>
  /** Topics that no format reads. */
  readonly unread: ReadonlyArray<string>
}

const mostUnread = 1_000
const own = TenantId.make("own")

/** Writes down what messages say, without storing anything. */
const makeEar = Effect.map(Formats, (formats) => {
  const readers = new ReaderSet(formats)
  const heard = new Heard()
  const unread = new Set<string>()
  const hear = ({ isRetained, payload, receivedAt: at, topic }: Incoming): void => {
    const receivedAt = at as Instant.Instant
    const found = readers.read({ carrier: "mqtt", topic, payload, receivedAt, isRetained })
    if (found === undefined) {
      if (unread.size < mostUnread) unread.add(topic)
    } else if (found.told.kind === "readings") heard.note(own, found.format, found.told.said, receivedAt)
  }
  const told = (): Listened => ({
    heard: heard.list(own).map((one) => ({
      ...one,
      firstAt: Instant.format(one.firstAt),
      lastAt: Instant.format(one.lastAt),
      binding: null
    })),
    unread: [...unread].sort()
  })
  return { hear, told }
})

/** An address without what only its owner should see. */
export const hidden = (url: string): string => url.replace(/\/\/[^@/]*@/, "//")

/**
 * Listens at a broker for a while, and says when it begins to. Nothing is stored, and nobody else misses what
 * is heard here.
 */
export const listen = Effect.fnUntraced(function* (
  url: string,
  forMs: number,
  onListening: (url: string) => void = () => {}
) {
  const { hear, told } = yield* makeEar
  const subscriber = yield* makeSubscriber({
    url,
    // The same name on the same machine, so that a broker that keeps sessions keeps one.
    clientId: `wattkit-sniff-${hostname()}`,
    filters: ["#"],
    take: (incoming) => {
      hear(incoming)
      return Promise.resolve("stored")
    },
    limits: { sessionExpirySeconds: 0, drainMs: 500 }
  }).pipe(Effect.mapError(({ message }) => new StartError({ message: `--mqtt: ${message}.` })))
  const connected = yield* Effect.timeoutOption(subscriber.connected, 15_000)
  if (connected._tag === "None") {
    const { lastError } = yield* subscriber.status
    const why = lastError === undefined ? "it does not answer" : lastError
    return yield* new StartError({ message: `${hidden(url)} cannot be listened at: ${why}.` })
  }
  const { refusedFilters } = yield* subscriber.status
  if (refusedFilters.length > 0) {
    const message = `${hidden(url)} does not let this user listen to everything; give one that may.`
    return yield* new StartError({ message })
  }
  onListening(hidden(url))
  yield* Effect.sleep(forMs)
  return told()
}, Effect.scoped)

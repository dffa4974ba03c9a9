import { hostname } from "node:os"
import { House, Speaking } from "@wattkit/testkit/simulate"
import { makeSubscriber, type Subscriber } from "@wattkit/transport-mqtt"
import { Clock, Effect } from "effect"
import { StartError } from "../../StartError.ts"
import { hidden } from "../devices/listen.ts"

/** Where the house speaks, and how fast its time goes. */
export interface SimulateOptions {
  readonly url: string
  /** Beyond 1 its story begins a day ago, and goes on at the speed of ours when it has caught up. */
  readonly speed: number
  /** How it is told that the house speaks. */
  readonly onSpeaking: (url: string) => void
}

const minute = 60_000
const day = 24 * 60 * minute

const connect = Effect.fnUntraced(function* (url: string) {
  const subscriber = yield* makeSubscriber({
    url,
    clientId: `wattkit-simulate-${hostname()}-${process.pid}`,
    // A client here has to listen to something; this is said when Home Assistant starts.
    filters: ["homeassistant/status"],
    take: () => Promise.resolve("stored"),
    limits: { sessionExpirySeconds: 0, drainMs: 500 }
  }).pipe(Effect.mapError(({ message }) => new StartError({ message: `--mqtt: ${message}.` })))
  const connected = yield* Effect.timeoutOption(subscriber.connected, 15_000)
  if (connected._tag === "Some") return subscriber
  const { lastError = "it does not answer" } = yield* subscriber.status
  return yield* new StartError({ message: `${hidden(url)} cannot be reached: ${lastError}.` })
})

/** Publishes one message; what is said while the broker is away is lost, as it is of real devices. */
const publish = (subscriber: Subscriber, { payload, qos, retain, topic }: Speaking.Spoken) =>
  Effect.ignore(subscriber.publish(topic, payload, { qos, retain }))

/** Lets the devices of a simulated house speak at a broker until it is interrupted. */
export const simulateHouse = Effect.fnUntraced(function* (options: SimulateOptions) {
  const { onSpeaking, speed, url } = options
  const subscriber = yield* connect(url)
  const began = yield* Clock.currentTimeMillis
  const from = Math.floor((speed > 1 ? began - day : began) / minute) * minute
  const house = House.make({ start: from - day, seed: 7, phases: 3 })
  onSpeaking(hidden(url))
  for (const spoken of Speaking.speak(house, { from })) {
    // Never ahead of our time: what is said to come from the future is put into quarantine.
    const due = Math.max(began + (spoken.at - from) / speed, spoken.at)
    const wait = due - (yield* Clock.currentTimeMillis)
    if (wait > 0) yield* Effect.sleep(wait)
    yield* publish(subscriber, spoken)
  }
}, Effect.scoped)

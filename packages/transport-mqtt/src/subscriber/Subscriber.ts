import { Effect, type Scope } from "effect"
import * as Filter from "../topics/Filter.ts"
import * as Topic from "../topics/Topic.ts"
import { Client } from "./Client.ts"
import { isDialled } from "./connection/dial.ts"
import { MqttError } from "./MqttError.ts"
import type { PublishOptions } from "./connection/Outgoing.ts"
import type { SubscriberOptions } from "./SubscriberOptions.ts"
import type { SubscriberStatus } from "./SubscriberStatus.ts"
import { type Terms, termsOf } from "./connection/Terms.ts"

/** A client of somebody else's broker, which acknowledges what is stored and nothing else. */
export interface Subscriber {
  readonly status: Effect.Effect<SubscriberStatus>
  /**
   * Waits until the subscription stands. It may not for long: a broker that is away is tried again for ever.
   */
  readonly connected: Effect.Effect<void>
  /**
   * Publishes a message; under QoS 1 it succeeds when the broker has it. Nothing is kept for a later
   * connection: what a device is told too late may be worse than what it is not told.
   */
  readonly publish: (
    topic: string,
    payload: Uint8Array | string,
    options?: PublishOptions
  ) => Effect.Effect<void, MqttError>
  /**
   * Subscribes to these filters beside those of the options, also over reconnects, and to none of those that
   * were given here before and are not among them. What is no filter is left out, as is what goes beyond the
   * 2,000th.
   */
  readonly listenTo: (filters: Iterable<string>) => Effect.Effect<void>
  /**
   * Gives a topic back that was given to `listenTo` by an earlier run of the program, whose session the
   * broker has kept.
   */
  readonly stopListeningTo: (topic: string) => void
}

const invalid = (message: string): Effect.Effect<never, MqttError> =>
  Effect.fail(new MqttError({ reason: "invalid", message }))

const check = (options: SubscriberOptions): Effect.Effect<Terms, MqttError> => {
  const { clientId, filters, group, keepaliveSeconds = 1, url } = options
  if (!URL.canParse(url) || !isDialled(new URL(url).protocol)) {
    return invalid("the address of the broker must begin with mqtt://, mqtts://, ws:// or wss://")
  }
  if (clientId === "") return invalid("a client that keeps its session needs a name")
  if (filters.length === 0) return invalid("there is no topic filter to subscribe to")
  const wrong = filters.find((filter) => !Filter.isFilter(filter))
  if (wrong !== undefined) return invalid(`"${wrong}" is not a topic filter`)
  if (group !== undefined && (group === "" || /[/+#\s]/.test(group))) {
    return invalid(`"${group}" cannot be the name of a group`)
  }
  if (!(keepaliveSeconds >= 1 && keepaliveSeconds <= 65_535)) {
    return invalid("the keepalive must be from 1 to 65535 seconds")
  }
  return Effect.try({
    try: () => termsOf(options),
    catch: () => new MqttError({ reason: "invalid", message: "the address of the broker cannot be read" })
  })
}

/**
 * Subscribes until the scope ends. It fails only for options that cannot work; a broker that cannot be
 * reached is told by the status and tried again.
 */
export const makeSubscriber = Effect.fnUntraced(function* (
  options: SubscriberOptions
): Effect.fn.Return<Subscriber, MqttError, Scope.Scope> {
  const terms = yield* check(options)
  const client = yield* Effect.acquireRelease(
    Effect.sync(() => new Client(terms)),
    (client) => Effect.promise(() => client.close())
  )
  const { signal } = options
  if (signal !== undefined) {
    const close = () => void client.close()
    yield* Effect.acquireRelease(
      Effect.sync(() => (signal.aborted ? close() : signal.addEventListener("abort", close))),
      () => Effect.sync(() => signal.removeEventListener("abort", close))
    )
  }
  const publish = (topic: string, payload: Uint8Array | string, options: PublishOptions = {}) =>
    Topic.isTopic(topic)
      ? Effect.callback<void, MqttError>((resume) => {
          const bytes = typeof payload === "string" ? Buffer.from(payload) : payload
          client.publish(topic, bytes, options, (error) =>
            resume(error === undefined ? Effect.void : Effect.fail(error))
          )
        })
      : invalid(`"${topic}" is not a topic`)
  return {
    status: Effect.sync(() => client.status),
    connected: Effect.callback<void>((resume) => {
      const forget = client.whenUp(() => resume(Effect.void))
      return Effect.sync(forget)
    }),
    publish,
    stopListeningTo: (topic) => client.stopListeningTo(topic),
    listenTo: (filters) => Effect.sync(() => client.listenTo([...filters].filter(Filter.isFilter)))
  }
})

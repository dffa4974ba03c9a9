import type { Instant, Message, NotFound, Principal, StorageError } from "@wattkit/core"
import { type Busy, Credentials, type Forbidden, Formats, Messages, type Receipt } from "@wattkit/engine"
import type { Format } from "@wattkit/formats"
import {
  type Incoming,
  leastFilters,
  makeSubscriber,
  type MqttError,
  type Subscriber,
  type SubscriberState,
  type SubscriberStatus,
  type Taken
} from "@wattkit/transport-mqtt"
import { Context, Duration, Effect, Exit, Layer, Option, Redacted, Schedule, Schema } from "effect"
import { StartError } from "../StartError.ts"
import type { ExternalOptions } from "./ExternalOptions.ts"
import { Learned } from "./Learned.ts"
import { StorageHealth } from "../storage/Storage.ts"

/** The broker that was subscribed to. */
export class ExternalBroker extends Context.Service<
  ExternalBroker,
  Pick<Subscriber, "status" | "publish" | "connected">
>()("@wattkit/server/ExternalBroker") {
  /** Subscribes for as long as the server runs. */
  static readonly layer = (options: ExternalOptions) => Layer.effect(ExternalBroker, make(options))
}

/** A filter that names nothing stands for what its format's examples begin with. */
const namedBy = (topic: string, { words }: Format): ReadonlyArray<string> => {
  if (/[^+/#]/.test(topic)) return [topic]
  return topic === "#" ? [] : words.examples.map((example) => `${example.topic.split("/", 1)[0]}/#`)
}

/**
 * Our own topics and those of every format, as far as they can be told from what others say to each other at
 * that broker, or all of it would be kept as what could not be read. Of Home Assistant only the announcements
 * are asked for; where the values come is learned from them.
 */
export const topicsOf = (formats: ReadonlyArray<Format>, prefix = "homeassistant"): ReadonlyArray<string> => {
  const named = formats.flatMap((format) => format.topics.flatMap((topic) => namedBy(topic, format)))
  const announced = formats.some(({ id }) => id === "homeassistant") ? [`${prefix}/#`] : []
  return leastFilters(["devices/+/readings", "devices/+/status", ...named, ...announced])
}

/** Nobody may store anything in the name of the credential; it is not the message's fault. */
class Unauthorised extends Schema.TaggedError<Unauthorised>()("Unauthorised", { message: Schema.String }) {}

const unauthorised = (message: string): Effect.Effect<never, Unauthorised> =>
  Effect.fail(new Unauthorised({ message: `the credential of WATTKIT_MQTT_KEY ${message}` }))

/** A broker speaks for many devices; what it says of others would have to be given up. */
const maySpeakForAll = ({ deviceId, scopes }: Principal): boolean =>
  deviceId === null && scopes.includes("ingest")

/** Who bears the credential: `now` where that is known already, else `ask`. */
const makeBearer = (key: Redacted.Redacted) =>
  Effect.map(Credentials, ({ believed, verify }) => {
    const ask = Effect.flatMap(verify(key), (found) => {
      if (Option.isNone(found)) return unauthorised("is unknown or revoked")
      if (maySpeakForAll(found.value)) return Effect.succeed(found.value)
      return found.value.deviceId === null
        ? unauthorised("may not ingest")
        : unauthorised("is a device's; make one for a program")
    })
    const now = (): Principal | undefined => {
      const found = believed(Redacted.value(key))
      return found !== undefined && maySpeakForAll(found) ? found : undefined
    }
    return { ask, now }
  })

const messageOf = ({ isRetained, payload, receivedAt, topic }: Incoming): Message => ({
  carrier: "mqtt",
  topic,
  payload,
  isRetained,
  receivedAt: receivedAt as Instant.Instant
})

type Failure = Forbidden | NotFound | StorageError | Busy

/**
 * Tries again while there is no room. The message stays in flight meanwhile, so that the broker is not asked
 * for more than can be stored; when that takes too long, the subscriber gives the connection back.
 */
const untilThereIsRoom = (receive: Effect.Effect<Receipt, Failure>): Effect.Effect<Receipt, Failure> =>
  Effect.catchTag(receive, "Busy", ({ retryAfterMs }) =>
    Effect.delay(untilThereIsRoom(receive), Duration.millis(retryAfterMs))
  )

const make = Effect.fnUntraced(function* (options: ExternalOptions) {
  const messages = yield* Messages
  const storage = yield* StorageHealth
  const bearer = yield* makeBearer(options.key)
  const context = yield* Effect.context<never>()
  const run = Effect.runPromiseWith(context)
  const say = Effect.runForkWith(context)
  const { discoveryPrefix, topics, will } = options
  const filters =
    topics.length > 0
      ? // Home Assistant says there that it has started.
        leastFilters(will === undefined ? topics : [...topics, `${discoveryPrefix}/status`])
      : topicsOf(yield* Formats, discoveryPrefix)

  const learned = new Learned(filters, options.learnMs)
  const takeAnything = (message: Message): Promise<Taken> =>
    run(
      Effect.flatMap(bearer.ask, (principal) =>
        Effect.as(untilThereIsRoom(messages.receive(principal, message)), "stored" as const)
      )
    )
  const take = (incoming: Incoming): Promise<Taken> => {
    if (learned.isStray(incoming.topic)) subscriber.stopListeningTo(incoming.topic)
    const message = messageOf(incoming)
    const principal = bearer.now()
    return new Promise((resolve, reject) => {
      const isPlain =
        principal !== undefined &&
        messages.receivePlain(principal, message, (taken) => {
          if (Exit.isSuccess(taken)) return resolve("stored")
          const error = Option.getOrUndefined(Exit.findErrorOption(taken))
          if (error?._tag === "Busy") return resolve(takeAnything(message))
          reject(error ?? new Error("the message is not stored"))
        })
      if (!isPlain) resolve(takeAnything(message))
    })
  }
  const probe = (): Promise<boolean> =>
    run(
      Effect.matchEffect(Effect.andThen(storage.check, bearer.ask), {
        onSuccess: () => Effect.succeed(true),
        onFailure: ({ message }) => Effect.as(Effect.logDebug("not storing yet", message), false)
      })
    )
  const subscriber = yield* makeSubscriber({
    url: Redacted.value(options.url),
    clientId: options.clientId,
    filters,
    group: options.group,
    will,
    protocol: options.protocol,
    take,
    probe,
    onSessionLost: () =>
      void say(Effect.logWarning("the MQTT broker forgot us; what was sent meanwhile may be missing")),
    onStatus: makeTeller((effect) => void say(effect))
  }).pipe(Effect.mapError(startError))
  yield* Effect.forkScoped(keepTalking(messages, bearer.ask, subscriber))
  yield* Effect.forkScoped(keepListening(messages, bearer.ask, subscriber, learned))
  return ExternalBroker.of(subscriber)
})

const startError = ({ message }: MqttError): StartError =>
  new StartError({ message: `WATTKIT_MQTT_URL or what belongs to it cannot work: ${message}.` })

const rank: { readonly [state in SubscriberState]: "up" | "down" | undefined } = {
  connecting: undefined,
  connected: "up",
  paused: "up",
  held: "down",
  disconnected: "down",
  closed: undefined
}

/** Logs when the broker comes and goes, once each. */
const makeTeller = (say: (effect: Effect.Effect<void>) => void) => {
  let last: "up" | "down" | undefined
  let lastError: string | undefined
  return ({ lastError: error, refusedFilters, state }: SubscriberStatus): void => {
    const now = rank[state]
    if (now === undefined || (now === last && (now === "up" || error === lastError))) return
    last = now
    lastError = error
    if (now === "down") return say(Effect.logWarning("not connected to the MQTT broker", error ?? state))
    say(Effect.logInfo("connected to the MQTT broker"))
    if (refusedFilters.length > 0) say(Effect.logWarning("the MQTT broker refuses topics", refusedFilters))
  }
}

/** How often it is looked whether a request is due, or something else is to be listened to. */
const lookEvery = Duration.seconds(1)

/** Sends what devices want to hear to go on, such as Victron's keepalive. */
const keepTalking = <E>(
  messages: Messages["Service"],
  bearer: Effect.Effect<Principal, E>,
  { publish }: Subscriber
) => {
  const sent = new Map<string, number>()
  return Effect.gen(function* () {
    const requests = yield* messages.requests(yield* bearer)
    const now = performance.now()
    for (const { everyMs, payload, topic } of requests) {
      const last = sent.get(topic)
      if (last !== undefined && now - last < everyMs) continue
      yield* publish(topic, payload)
      sent.set(topic, now)
    }
    const wanted = new Set(requests.map(({ topic }) => topic))
    for (const topic of sent.keys()) if (!wanted.has(topic)) sent.delete(topic)
  }).pipe(Effect.ignore, Effect.repeat(Schedule.spaced(lookEvery)))
}

/** Listens to the topics that devices announced. */
const keepListening = <E>(
  messages: Messages["Service"],
  bearer: Effect.Effect<Principal, E>,
  { listenTo }: Subscriber,
  learned: Learned
) =>
  Effect.flatMap(bearer, messages.learned).pipe(
    Effect.flatMap((topics) => listenTo(learned.set(topics))),
    Effect.ignore,
    Effect.repeat(Schedule.spaced(lookEvery))
  )

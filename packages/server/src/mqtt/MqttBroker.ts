import type { Instant, Message, NotFound, Principal, StorageError } from "@wattkit/core"
import { type Busy, Credentials, type Forbidden, Messages, type Receipt } from "@wattkit/engine"
import {
  Acl,
  type Broker,
  type BrokerOptions,
  type Incoming,
  makeBroker,
  type Taken
} from "@wattkit/transport-mqtt"
import { type Cause, Context, Duration, Effect, Exit, Layer, Option, Redacted, Schedule } from "effect"
import { Admissions } from "../Admissions.ts"
import { StartError } from "../StartError.ts"

/** Where the broker listens. */
export interface BrokerPlace {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Whether somebody asked for this port: then the server does not start without it. */
  readonly isPortChosen: boolean
}

/** The MQTT broker inside the server. */
export class MqttBroker extends Context.Service<
  MqttBroker,
  Pick<Broker, "handle" | "publish" | "state"> & {
    /** The port for TCP; undefined when it was taken by somebody else. */
    readonly port: number | undefined
  }
>()("@wattkit/server/MqttBroker") {
  /** Starts the broker, and ends it with the scope: what is being stored is still acknowledged. */
  static readonly layer = (place: BrokerPlace) => Layer.effect(MqttBroker, make(place))
}

type Failure = Forbidden | NotFound | StorageError | Busy

/** What one says to devices and what they answer is handed on; there is nothing in it to store. */
const isHandedOn = (topic: string): boolean => /^devices\/[^/]+\/(commands|responses)$/.test(topic)

const messageOf = ({ isRetained, payload, receivedAt, topic }: Incoming): Message => ({
  carrier: "mqtt",
  topic,
  payload,
  isRetained,
  receivedAt: receivedAt as Instant.Instant
})

/** What a failure means for the sender; undefined when nobody knows whether the message is stored. */
const takenOf = (failure: Failure): Taken | undefined => {
  if (failure._tag === "Forbidden") return "not_authorized"
  if (failure._tag === "NotFound") return "topic_invalid"
  return failure._tag === "Busy" && failure.reason === "budget" ? "quota_exceeded" : undefined
}

const stored: Promise<Taken> = Promise.resolve("stored")

/** Hands messages to the engine, most of them without a fiber of their own. */
const makeTake = Effect.gen(function* () {
  const messages = yield* Messages
  const run = Effect.runCallbackWith(yield* Effect.context<never>())

  const outcomeOf = (cause: Cause.Cause<Failure>): Taken | undefined => {
    const reason = cause.reasons.find(({ _tag }) => _tag === "Fail")
    return reason?._tag === "Fail" ? takenOf(reason.error) : undefined
  }

  return (principal: Principal, incoming: Incoming): Promise<Taken> => {
    if (isHandedOn(incoming.topic)) return stored
    const message = messageOf(incoming)
    return new Promise((resolve, reject) => {
      const onExit = (exit: Exit.Exit<Receipt, Failure>) => {
        if (Exit.isSuccess(exit)) return resolve("stored")
        const taken = outcomeOf(exit.cause)
        if (taken !== undefined) return resolve(taken)
        run(Effect.logWarning("a message could not be stored", exit.cause))
        reject(new Error("the message is not stored"))
      }
      if (messages.receivePlain(principal, message, onExit)) return
      run(messages.receive(principal, message), { onExit })
    })
  }
})

const makeOptions = Effect.gen(function* () {
  const { verify } = yield* Credentials
  const { admit } = yield* Admissions
  const run = Effect.runPromiseWith(yield* Effect.context<never>())
  return {
    authenticate: ({ password }) =>
      password === undefined
        ? Promise.resolve(undefined)
        : run(verify(Redacted.make(password))).then(Option.getOrUndefined),
    spaceOf: ({ tenantId }) => tenantId,
    ownerOf: ({ by }) => by.id,
    mayPublish: Acl.mayPublish,
    maySubscribe: Acl.maySubscribe,
    admit,
    take: yield* makeTake
  } satisfies BrokerOptions<Principal> as BrokerOptions<Principal>
})

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Listens; a port that nobody asked for may be taken, for instance by another broker of this machine. */
const listen = (broker: Broker, { host, isPortChosen, port }: BrokerPlace) =>
  Effect.tryPromise({ try: () => broker.listen({ host, port }), catch: wordsOf }).pipe(
    Effect.catch((words) => {
      const advice = "choose another port with WATTKIT_MQTT_PORT, or off"
      if (isPortChosen) {
        return Effect.fail(
          new StartError({ message: `MQTT cannot listen on ${host}:${port}: ${words}; ${advice}.` })
        )
      }
      return Effect.as(
        Effect.logWarning(`MQTT does not listen on ${host}:${port}; ${advice}`, words),
        undefined
      )
    })
  )

/** How often it is looked whether a device wants to hear something to go on. */
const lookEvery = Duration.seconds(5)

/** Who is connected at this moment, by tenant and device. */
type Present = Map<string, { readonly principal: Principal; count: number }>

const makePresence = (present: Present) => (principal: Principal, _clientId: string, status: string) => {
  const found = present.get(principal.by.id) ?? { principal, count: 0 }
  found.count += status === "connected" ? 1 : -1
  if (found.count > 0) present.set(principal.by.id, found)
  else present.delete(principal.by.id)
}

/** Publishes what formats ask for, such as Victron's keepalive, to whoever subscribed to it. */
const keepTalking = (messages: Messages["Service"], broker: Broker, present: Present) => {
  const sent = new Map<string, number>()
  const ask = Effect.fnUntraced(function* (principal: Principal) {
    for (const { everyMs, payload, topic } of yield* messages.requests(principal)) {
      const key = `${principal.by.id} ${topic}`
      const now = performance.now()
      if (now - (sent.get(key) ?? Number.NEGATIVE_INFINITY) < everyMs) continue
      sent.set(key, now)
      broker.publish(principal.tenantId, { topic, payload, qos: 0 })
    }
  })
  return Effect.suspend(() => {
    for (const key of sent.keys()) if (!present.has(key.slice(0, key.indexOf(" ")))) sent.delete(key)
    return Effect.forEach([...present.values()], ({ principal }) => ask(principal), { discard: true })
  }).pipe(Effect.ignore, Effect.repeat(Schedule.spaced(lookEvery)))
}

const make = Effect.fnUntraced(function* (place: BrokerPlace) {
  const messages = yield* Messages
  const present: Present = new Map()
  const options = { ...(yield* makeOptions), onStatus: makePresence(present) }
  const broker = yield* Effect.acquireRelease(
    Effect.sync(() => makeBroker(options)),
    ({ close }) => Effect.promise(close)
  )
  const port = yield* listen(broker, place)
  yield* Effect.forkScoped(keepTalking(messages, broker, present))
  return MqttBroker.of({ handle: broker.handle, publish: broker.publish, state: broker.state, port })
})

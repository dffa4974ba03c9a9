import {
  BindingStore,
  ChannelName,
  DeviceId,
  Instant,
  type LiveNews,
  mainChannel,
  type Message,
  type NotFound,
  type Principal,
  ReadingBus,
  ReadingStore,
  type Submission,
  usualRules
} from "@wattkit/core"
import { Effect, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Corrections } from "../Corrections.ts"
import { now, principal } from "../house.fixture.ts"
import { Ingest } from "../Ingest.ts"
import { Live } from "../Live.ts"
import { messageOf } from "../messages/formats.fixture.ts"
import { Messages } from "../messages/Messages.ts"
import { Quarantine } from "../quarantine/Quarantine.ts"
import { Readings } from "../Readings.ts"
import { Usage } from "../usage/Usage.ts"
import { UsageRules } from "../usage/UsageRules.ts"
import { allowed, type Probe, reached } from "./probe.fixture.ts"
import { registryMethods } from "./registryMethods.fixture.ts"
import { letterOf, quarantinedOf, readingOf, saidAt, type Target } from "./world.fixture.ts"

const within = { start: Instant.plus(saidAt, -3_600_000), end: Instant.plus(now, 3_600_000) }

const submissionOf = (id: DeviceId, seconds: number): Submission.Submission => {
  const { deviceId: _, ...reading } = readingOf(id, seconds)
  return { readings: [{ index: 0, reading }], rejected: [] }
}

const onTopic = (topic: string, body: unknown): Message => messageOf(topic, body, now)

const native = ({ deviceId }: Target, seconds: number): Message =>
  onTopic(`devices/${deviceId}/readings`, { at: Instant.format(readingOf(deviceId, seconds).at), powerW: 5 })

/** Whether a reading of the target is stored. */
const isStored = ({ deviceId, tenantId }: Target, at: Instant.Instant) =>
  ReadingStore.use((store) =>
    Effect.map(
      store.page(tenantId, {
        deviceId,
        channel: mainChannel,
        limit: 1,
        within: { start: at, end: Instant.plus(at, 1) }
      }),
      (found) => found.length > 0
    )
  )

/** Lets somebody of the target's tenant send, so that the device is remembered. */
const remember = ({ deviceId, tenantId }: Target) =>
  Effect.ignore(
    Ingest.use(({ ingest }) => ingest(principal({ tenantId }), deviceId, submissionOf(deviceId, 60)))
  )

/** Sends the plain way; whether it was taken. */
const plain = (offer: (settle: () => void) => boolean) =>
  Effect.callback<boolean>((resume) => {
    if (!offer(() => resume(Effect.succeed(true)))) resume(Effect.succeed(false))
  })

const asked = (of: object) =>
  ({ of, time: { period: "today" }, resolution: "PT15M", exact: true, limit: 100 }) as never

const usage = (method: "page" | "total" | "heatMap" | "events"): ReadonlyArray<Probe> => [
  (who, { deviceId }) =>
    reached(Usage.use((one) => one[method](who, asked({ deviceId })) as Effect.Effect<unknown, NotFound>)),
  // Every location has a device that is reached, or is not reached itself.
  (who, { deviceId, isRemoved, locationId }) =>
    isRemoved || who.deviceId !== null
      ? reached(Usage.use((one) => one[method](who, asked({ deviceId })) as Effect.Effect<unknown, NotFound>))
      : reached(
          Usage.use((one) => one[method](who, asked({ locationId })) as Effect.Effect<unknown, NotFound>)
        )
]

const showsDevice = (news: Iterable<LiveNews>, id: DeviceId): boolean =>
  [...news].some(
    (one) => one.type === "ENERGY_UPDATE" && one.readings.some(({ deviceId }) => deviceId === id)
  )

/** What somebody is shown who asks for nothing in particular: the state, what comes, and what they missed. */
const shown: ReadonlyArray<Probe> = (["state", "news", "missed"] as const).map(
  (part): Probe =>
    (who, { deviceId, isRemoved, locationId, tenantId }) =>
      Effect.gen(function* () {
        const connection = yield* Live.use((live) => live.open(who))
        const heard: Array<LiveNews> = []
        const listener = { take: (news: LiveNews) => void heard.push(news), onGap: () => undefined }
        const subscription = yield* connection.subscribe({}, undefined, listener)
        if (part === "state") return showsDevice(yield* Stream.runCollect(subscription.state()), deviceId)
        const from = subscription.head()
        // Nobody publishes what a removed device says.
        const readings = isRemoved ? [] : [readingOf(deviceId, 60)]
        yield* ReadingBus.use((bus) => bus.publish({ tenantId, locationId, readings }))
        yield* TestClock.adjust("1 second")
        return showsDevice(part === "news" ? heard : (subscription.since(from) ?? []), deviceId)
      })
)

const firstOf = (who: Principal, filter: Parameters<Live["Service"]["updates"]>[1]) =>
  reached(Stream.runHead(Stream.unwrap(Live.useSync((live) => live.updates(who, filter)))), Option.isSome)

/**
 * Every method that lets somebody see or change something, by service, with what finds out whether a target
 * is reached by it. What is not about anybody's devices stands in `unrelated`.
 */
export const methods: { readonly [service: string]: { readonly [method: string]: ReadonlyArray<Probe> } } = {
  Ingest: {
    ingest: [
      (who, { deviceId }) =>
        reached(Ingest.use(({ ingest }) => ingest(who, deviceId, submissionOf(deviceId, 120))))
    ],
    ingestPlain: [
      (who, target) =>
        Effect.andThen(
          remember(target),
          Ingest.use(({ ingestPlain }) =>
            plain((settle) => ingestPlain(who, target.deviceId, submissionOf(target.deviceId, 180), settle))
          )
        )
    ]
  },
  Messages: {
    receive: [
      (who, target) =>
        Effect.andThen(
          Effect.exit(Messages.use(({ receive }) => receive(who, native(target, 240)))),
          isStored(target, readingOf(target.deviceId, 240).at)
        ),
      (who, target) => {
        const at = Instant.format(readingOf(target.deviceId, 300).at)
        const message = onTopic(`plain/${target.deviceId}`, { says: [{ at, quantities: { powerW: 7 } }] })
        return Effect.andThen(
          Effect.exit(Messages.use(({ receive }) => receive(who, message))),
          isStored(target, readingOf(target.deviceId, 300).at)
        )
      }
    ],
    receivePlain: [
      (who, target) =>
        Effect.andThen(
          remember(target),
          Messages.use(({ receivePlain }) =>
            plain((settle) => receivePlain(who, native(target, 360), settle))
          )
        )
    ],
    bind: [
      (who, { deviceId }) =>
        reached(
          Messages.use(({ bind }) => bind(who, { format: "plain", subject: `new-${deviceId}`, deviceId }))
        ),
      // The subject of the target is taken away from it.
      (who, { deviceId, isRemoved, tenantId }) =>
        isRemoved
          ? Effect.succeed(false)
          : Effect.gen(function* () {
              const channel = ChannelName.make("taken")
              const draft = { format: "plain", subject: deviceId, deviceId: DeviceId.make("mine"), channel }
              yield* Effect.exit(Messages.use(({ bind }) => bind(who, draft)))
              const [bound] = yield* BindingStore.use((store) => store.get(tenantId, [draft]))
              return bound?.channel === channel
            })
    ],
    unbind: [
      (who, { deviceId, isRemoved }) =>
        isRemoved
          ? Effect.succeed(false)
          : Messages.use(({ unbind }) => unbind(who, { format: "plain", subject: deviceId }))
    ],
    bindings: [
      (who, { deviceId }) =>
        Effect.map(
          Messages.use(({ bindings }) => bindings(who, { limit: 100 })),
          (found) => found.some((one) => one.deviceId === deviceId)
        ),
      (who, { deviceId }) => reached(Messages.use(({ bindings }) => bindings(who, { limit: 1, deviceId })))
    ],
    seen: [
      (who, { deviceId, tenantId }) =>
        Effect.gen(function* () {
          const { receive, seen } = yield* Messages
          const says = [{ quantities: { powerW: 1 } }]
          yield* receive(principal({ tenantId }), onTopic(`plain/${deviceId}`, { says }))
          return (yield* seen(who)).some(({ binding }) => binding?.deviceId === deviceId)
        })
    ]
  },
  Readings: {
    latest: [(who, { deviceId }) => reached(Readings.use((one) => one.latest(who, deviceId)))],
    page: [
      (who, { deviceId }) =>
        reached(Readings.use((one) => one.page(who, { deviceId, channel: mainChannel, within, limit: 1 })))
    ],
    scan: [
      (who, { deviceId }) =>
        reached(
          Stream.runCollect(
            Stream.unwrap(
              Readings.useSync((one) => one.scan(who, { deviceId, channel: mainChannel, within }))
            )
          )
        )
    ]
  },
  Corrections: {
    correct: [
      (who, { deviceId }) => {
        const { deviceId: _, ...reading } = readingOf(deviceId)
        const draft = { reason: "test", readings: [{ ...reading, powerW: 1 }], strikeOut: [] }
        return reached(Corrections.use((one) => one.correct(who, deviceId, draft)))
      }
    ],
    strikeOut: [
      (who, { deviceId }) => {
        const query = { deviceId, channel: mainChannel, within, reason: "test" }
        return reached(Corrections.use((one) => one.strikeOut(who, query)))
      }
    ],
    revisions: [
      (who, { deviceId }) =>
        reached(Corrections.use((one) => one.revisions(who, { deviceId, channel: mainChannel, at: saidAt })))
    ]
  },
  Quarantine: {
    list: [
      (who, { deviceId }) =>
        reached(
          Quarantine.use((one) => one.list(who, { limit: 100, waiting: true })),
          (found) => found.some(({ id }) => id === quarantinedOf(deviceId))
        ),
      (who, { deviceId }) =>
        reached(Quarantine.use((one) => one.list(who, { limit: 1, deviceId, waiting: true })))
    ],
    release: [
      (who, { deviceId }) =>
        reached(
          Quarantine.use((one) => one.release(who, { ids: [quarantinedOf(deviceId)] }, 0)),
          ({ released }) => released === 1
        ),
      (who, { deviceId }) => reached(Quarantine.use((one) => one.release(who, { deviceId }, 0)))
    ],
    drop: [
      (who, { deviceId }) =>
        reached(
          Quarantine.use((one) => one.drop(who, { ids: [quarantinedOf(deviceId)] })),
          ({ dropped }) => dropped === 1
        ),
      (who, { deviceId }) => reached(Quarantine.use((one) => one.drop(who, { deviceId })))
    ],
    clock: [(who, { deviceId }) => reached(Quarantine.use((one) => one.clock(who, deviceId)))]
  },
  Usage: {
    page: usage("page"),
    total: usage("total"),
    heatMap: usage("heatMap"),
    events: usage("events")
  },
  UsageRules: {
    get: [(who, { deviceId }) => reached(UsageRules.use((one) => one.get(who, deviceId, mainChannel)))],
    set: [
      (who, { deviceId }) => reached(UsageRules.use((one) => one.set(who, deviceId, mainChannel, usualRules)))
    ]
  },
  Registry: registryMethods,
  Live: {
    updates: [
      (who, { deviceId }) => firstOf(who, { deviceIds: [deviceId] }),
      (who, { deviceId, isRemoved, locationId }) =>
        isRemoved || who.deviceId !== null
          ? firstOf(who, { deviceIds: [deviceId] })
          : firstOf(who, { locationIds: [locationId] })
    ],
    open: shown
  }
}

/** Dead letters are for people and programs only: to a device every letter is as not there. */
export const letterMethods: { readonly [method: string]: ReadonlyArray<Probe> } = {
  letters: [
    (who, { deviceId }) =>
      allowed(
        Messages.use((one) => one.letters(who, { limit: 100, waiting: true })),
        (found) => found.some(({ id }) => id === letterOf(deviceId))
      )
  ],
  replay: [
    (who, { deviceId }) =>
      allowed(
        Messages.use((one) => one.replay(who, { ids: [letterOf(deviceId)] })),
        ({ replayed, waiting }) => replayed + waiting.length === 1
      ),
    (who, { deviceId }) =>
      allowed(
        Messages.use((one) => one.replay(who, {})),
        ({ waiting }) => waiting.some(({ id }) => id === letterOf(deviceId))
      )
  ],
  drop: [
    (who, { deviceId }) =>
      allowed(
        Messages.use((one) => one.drop(who, { ids: [letterOf(deviceId)] })),
        ({ dropped }) => dropped === 1
      )
  ]
}

/** Methods that show and change nothing of a device, with the reason. */
export const unrelated: { readonly [name: string]: string } = {
  "Registry.createLocation": "makes what was not there",
  "Tariffs.list": "tariffs are of the tenant, at no location",
  "Tariffs.get": "tariffs are of the tenant, at no location",
  "Tariffs.create": "tariffs are of the tenant, at no location",
  "Tariffs.update": "tariffs are of the tenant, at no location",
  "Tariffs.remove": "tariffs are of the tenant, at no location",
  "Tariffs.check": "tariffs are of the tenant, at no location",
  "Messages.requests": "says what formats ask for, not what was said",
  "Messages.learned": "says which topics are read, to the one who made them known",
  "Live.tell": "is called by the server, for a whole tenant"
}

/** Services that are not about devices or locations, with where it is tested what they let whom do. */
export const unrelatedServices: { readonly [service: string]: string } = {
  Credentials: "tells who somebody is",
  AccessTokens: "tells who somebody is",
  KeyRing: "holds what tokens are signed with",
  Audit: "is of the whole tenant",
  AuditTrail: "is of the whole tenant",
  Identity: "is about the person who asks",
  Throttle: "is about the person who asks",
  Members: "is of the whole tenant",
  ApiKeys: "is of the whole tenant"
}

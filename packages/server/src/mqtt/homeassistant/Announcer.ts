import {
  type Device,
  type DeviceId,
  DeviceStatusStore,
  DeviceStore,
  type DeviceReading,
  Instant,
  ReadingBus,
  ReadingStore,
  type StorageError,
  type StoredReadings,
  type TenantId
} from "@wattkit/core"
import {
  announce,
  devicePresence,
  type Outgoing,
  type Places,
  presence,
  stateOf,
  withdraw
} from "@wattkit/formats"
import { Effect } from "effect"
import { MqttOut } from "../MqttOut.ts"
import { Known } from "./Known.ts"

/** So many devices of a tenant are announced: brokers keep three messages for each of them. */
export const mostDevices = 2_000

/** How long before its newest reading a device is asked for what that one left out. */
const lookBackMs = 10 * 60_000
const mostLookedAt = 1_000
const devicesAtOnce = 200

/** Keeps what Home Assistant is told of one tenant true. */
export interface Announcer {
  /** Looks which devices there are, announces those that are new and withdraws those that are gone. */
  readonly reconcile: Effect.Effect<void, StorageError>
  /** Says what has changed since the last time. */
  readonly flush: Effect.Effect<void, StorageError>
  /** From the next flush on everything is said again. */
  readonly sayAgain: () => void
  /** Whether readings came of a device that is not known. */
  readonly hasStrangers: () => boolean
  /** Says that nobody keeps anything true any more. */
  readonly leave: Effect.Effect<void>
}

interface State {
  readonly known: Map<DeviceId, Known>
  readonly dirty: Set<DeviceId>
  /** What was said last, by topic. */
  readonly said: Map<string, string>
  hasStrangers: boolean
  isStale: boolean
}

const nothingYet = (): State => ({
  known: new Map(),
  dirty: new Set(),
  said: new Map(),
  hasStrangers: false,
  isStale: false
})

const listen = (state: State) => (news: StoredReadings) => {
  const { dirty, known } = state
  const of = (id: DeviceId) => {
    const found = known.get(id)
    if (found === undefined) state.hasStrangers = true
    else dirty.add(id)
    return found
  }
  for (const reading of news.readings) of(reading.deviceId)?.note(reading)
  for (const { deviceId, status } of news.statuses ?? []) {
    const found = of(deviceId)
    if (found !== undefined) found.isOnline = status === "online"
  }
}

/** Reads what devices said last, and in the minutes before, into what is known of them. */
const makeSeed = Effect.fnUntraced(function* (tenantId: TenantId) {
  const readings = yield* ReadingStore
  const statuses = yield* DeviceStatusStore

  const lookBack = (known: Known, { at, channel, deviceId }: DeviceReading) =>
    Effect.map(
      readings.page(tenantId, {
        deviceId,
        channel,
        within: { start: Instant.plus(at, -lookBackMs), end: Instant.plus(at, 1) },
        limit: mostLookedAt
      }),
      (page) => page.forEach((reading) => known.note({ ...reading, deviceId }))
    )
  const statusOf = Effect.fnUntraced(function* (known: Known) {
    const now = yield* Instant.now
    const within = { start: now, end: Instant.plus(now, 1) }
    const [last] = (yield* statuses.history(tenantId, known.device.id, within)).slice(-1)
    if (last !== undefined) known.isOnline = last.status === "online"
  })
  return Effect.fnUntraced(function* (of: ReadonlyMap<DeviceId, Known>) {
    const latest = yield* readings.latest(tenantId, [...of.keys()])
    for (const reading of latest) {
      const known = of.get(reading.deviceId)
      if (known === undefined) continue
      yield* lookBack(known, reading)
      known.note(reading)
    }
    yield* Effect.forEach(of.values(), statusOf, { discard: true })
  })
})

const makeSay = Effect.fnUntraced(function* (tenantId: TenantId, said: Map<string, string>) {
  const { publish } = yield* MqttOut
  /** Answers whether it was said, now or before. */
  return ({ payload, retain, topic }: Outgoing): Effect.Effect<boolean> =>
    said.get(topic) === payload
      ? Effect.succeed(true)
      : Effect.map(publish(tenantId, topic, payload, { qos: 1, retain }), ({ failed }) => {
          if (failed) said.delete(topic)
          else said.set(topic, payload)
          return !failed
        })
})

type Say = Effect.Success<ReturnType<typeof makeSay>>

/** Makes what says all of one device, and answers whether all of it was said. */
const makeTell = (say: Say, places: Places, url: string | undefined) =>
  Effect.fnUntraced(function* (one: Known) {
    const device = one.announcement(url)
    if (device.shown.length === 0) return true
    return (
      (yield* say(announce(places, device))) &&
      (yield* say(devicePresence(places, device.deviceId, one.isOnline))) &&
      (yield* say(stateOf(places, device, one.state)))
    )
  })

/** The devices of a tenant, as many as are announced. */
const readDevices = Effect.fnUntraced(function* (store: DeviceStore, tenantId: TenantId) {
  const devices = new Map<DeviceId, Device>()
  let after: DeviceId | undefined
  while (devices.size < mostDevices) {
    const page = yield* store.list(tenantId, { after, limit: devicesAtOnce })
    for (const device of page) devices.set(device.id, device)
    after = page.at(-1)?.id
    if (page.length < devicesAtOnce) return devices
  }
  return devices
})

const isChanged = (one: Device, other: Device): boolean => one.name !== other.name || one.kind !== other.kind

/** Starts to keep what Home Assistant is told of a tenant true; it listens until the scope closes. */
export const makeAnnouncer = Effect.fnUntraced(function* (
  tenantId: TenantId,
  places: Places,
  url: string | undefined
) {
  const store = yield* DeviceStore
  const seed = yield* makeSeed(tenantId)
  const state = nothingYet()
  const { dirty, known, said } = state
  const say = yield* makeSay(tenantId, said)
  yield* (yield* ReadingBus).listen(tenantId, listen(state), () => (state.isStale = true))

  const forget = Effect.fnUntraced(function* (id: DeviceId) {
    const all = yield* Effect.forEach(withdraw(places, id), say)
    if (all.includes(false)) return
    for (const { topic } of withdraw(places, id)) said.delete(topic)
    known.delete(id)
    dirty.delete(id)
  })

  const reconcile = Effect.gen(function* () {
    state.hasStrangers = false
    const devices = yield* readDevices(store, tenantId)
    const fresh = new Map<DeviceId, Known>()
    for (const [id, device] of devices) {
      const before = known.get(id)
      if (before !== undefined && !isChanged(before.device, device)) continue
      fresh.set(id, new Known(device))
    }
    // They are known before they are read, so that nothing is missed that comes meanwhile.
    for (const [id, one] of fresh) known.set(id, one)
    yield* seed(fresh).pipe(
      Effect.tapError(() => Effect.sync(() => fresh.forEach((_, id) => known.delete(id))))
    )
    for (const id of fresh.keys()) dirty.add(id)
    for (const id of known.keys()) if (!devices.has(id)) yield* forget(id)
  })

  const tell = makeTell(say, places, url)

  const flush = Effect.gen(function* () {
    if (state.isStale) {
      state.isStale = false
      yield* seed(known).pipe(Effect.tapError(() => Effect.sync(() => (state.isStale = true))))
      for (const id of known.keys()) dirty.add(id)
    }
    if (!(yield* say(presence(places, true)))) return
    // What comes while the others are told makes them dirty again, for the next time.
    const due = [...dirty]
    dirty.clear()
    for (const [i, id] of due.entries()) {
      const one = known.get(id)
      if (one === undefined || (yield* tell(one))) continue
      return due.slice(i).forEach((left) => dirty.add(left))
    }
  })

  return {
    reconcile,
    flush,
    sayAgain: () => {
      said.clear()
      for (const id of known.keys()) dirty.add(id)
    },
    // Those beyond the most stay strangers, and need not be looked for all the time.
    hasStrangers: () => state.hasStrangers && known.size < mostDevices,
    leave: Effect.asVoid(say(presence(places, false)))
  } satisfies Announcer as Announcer
})

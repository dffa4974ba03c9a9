import type { DeviceId, DeviceReading, LiveNews, LiveTold, LocationId, StoredReadings } from "@wattkit/core"
import { select, type LiveListener, type Selection } from "./LiveListener.ts"
import type { LiveLog } from "./LiveLog.ts"
import { type Pace, type Place, placeOf } from "./Pace.ts"

/** Tells what was logged to everybody, in the order of the log. */
export type Deliver = (tenant: TenantStream, news: LiveNews) => void

/** A listener and what it selects. */
export interface Listening {
  readonly selection: Selection
  readonly listener: LiveListener
}

const put = <K>(index: Map<K, Set<Listening>>, key: K, one: Listening): void => {
  const others = index.get(key)
  if (others === undefined) index.set(key, new Set([one]))
  else others.add(one)
}

const remove = <K>(index: Map<K, Set<Listening>>, key: K, one: Listening): void => {
  const others = index.get(key)
  others?.delete(one)
  if (others?.size === 0) index.delete(key)
}

/** Everything live of one tenant: its log, and who listens, found by what they select. */
export class TenantStream {
  readonly log: LiveLog
  readonly #pace: Pace<TenantStream>
  readonly #deliver: Deliver
  readonly #places = new Map<LocationId, Place<TenantStream>>()
  readonly #everything = new Set<Listening>()
  readonly #byLocation = new Map<LocationId, Set<Listening>>()
  readonly #byDevice = new Map<DeviceId, Set<Listening>>()

  constructor(log: LiveLog, pace: Pace<TenantStream>, deliver: Deliver) {
    this.log = log
    this.#pace = pace
    this.#deliver = deliver
  }

  /** Takes what was published: readings wait for their pace, a status does not. */
  take({ locationId, readings, statuses }: StoredReadings, now: number): void {
    let place = this.#places.get(locationId)
    if (place === undefined) this.#places.set(locationId, (place = placeOf(this, locationId)))
    this.#pace.add(place, readings, now)
    for (const status of statuses ?? []) this.#tell(this.log.addStatus(locationId, status, now))
  }

  /** Tells the readings of a location, whose turn it is. */
  tellReadings(locationId: LocationId, readings: Iterable<DeviceReading>, now: number): void {
    this.#tell(this.log.addReadings(locationId, readings, now))
  }

  /** Tells of anything that is neither a reading nor a status. */
  tell(told: LiveTold, now: number): void {
    this.#tell(this.log.addTold(told, now))
  }

  /** News may have been lost on their way here. */
  gap(): void {
    this.log.gap()
    const everybody = new Set(this.#everything)
    for (const index of [this.#byLocation, this.#byDevice]) {
      for (const some of index.values()) for (const one of some) everybody.add(one)
    }
    for (const { listener } of everybody) listener.onGap()
  }

  /** Listens until the function it answers is called. */
  listen(one: Listening): () => void {
    const { deviceIds, locationIds } = one.selection
    if (deviceIds !== undefined) for (const id of deviceIds) put(this.#byDevice, id, one)
    else if (locationIds !== undefined) for (const id of locationIds) put(this.#byLocation, id, one)
    else this.#everything.add(one)
    return () => {
      for (const id of deviceIds ?? []) remove(this.#byDevice, id, one)
      for (const id of locationIds ?? []) remove(this.#byLocation, id, one)
      this.#everything.delete(one)
    }
  }

  /** Everybody who may be shown these news, in sets that have nobody in common. */
  listening(news: LiveNews): ReadonlyArray<ReadonlySet<Listening>> {
    const found: Array<ReadonlySet<Listening>> = []
    if (this.#everything.size > 0) found.push(this.#everything)
    const here = news.locationId === null ? undefined : this.#byLocation.get(news.locationId)
    if (here !== undefined) found.push(here)
    const named = this.#byDevice.size === 0 ? undefined : this.#naming(news)
    if (named !== undefined) found.push(named)
    return found
  }

  /** Those who named a device that the news are of. */
  #naming(news: LiveNews): ReadonlySet<Listening> | undefined {
    if (news.type === "DEVICE_STATUS") return this.#byDevice.get(news.deviceId)
    if (news.type !== "ENERGY_UPDATE") return undefined
    const ids = new Set(news.readings.map((one) => one.deviceId))
    if (ids.size === 1) return this.#byDevice.get(news.readings[0]!.deviceId)
    const found = new Set<Listening>()
    for (const id of ids) for (const one of this.#byDevice.get(id) ?? []) found.add(one)
    return found
  }

  #tell(news: LiveNews | undefined): void {
    if (news !== undefined) this.#deliver(this, news)
  }
}

/** Tells one listener what of the news it selects. */
export const tellOne = ({ listener, selection }: Listening, news: LiveNews): void => {
  const selected = select(selection, news)
  if (selected !== undefined) listener.take(selected)
}

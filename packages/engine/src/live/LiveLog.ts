import type { DeviceReading, DeviceStatus, LiveNews, LiveTold, LocationId } from "@wattkit/core"

/** How much of the past a log keeps, so that a reader who was away can go on where it left. */
export interface LogBounds {
  readonly count: number
  readonly bytes: number
  readonly ageMs: number
}

/** Five minutes of a tenant with many channels. */
export const usualLogBounds: LogBounds = { count: 50_000, bytes: 16 * 1024 * 1024, ageMs: 5 * 60_000 }

/** What was said last about one thing: a channel, the status of a device, or whatever else has a key. */
export type Said =
  | { readonly type: "ENERGY_UPDATE"; readonly locationId: LocationId; readonly reading: DeviceReading }
  | { readonly type: "DEVICE_STATUS"; readonly locationId: LocationId; readonly status: DeviceStatus }
  | LiveTold

interface Slot {
  readonly key: string
  said: Said
  sequence: number
  loggedAt: number
  bytes: number
  older: Slot | undefined
  newer: Slot | undefined
}

const bytesOf = (said: Said): number => {
  if (said.type === "ENERGY_UPDATE") {
    const { extra } = said.reading
    return (
      200 + 16 * Object.keys(said.reading).length + (extra === undefined ? 0 : 64 * Object.keys(extra).length)
    )
  }
  return said.type === "DEVICE_STATUS" ? 250 : 250 + 2 * JSON.stringify(said.data).length
}

/**
 * The newest of everything that was said to a tenant of late, in the order in which it was said.
 *
 * It keeps one entry for each thing, not each update, so it is bounded by the number of channels whatever is
 * sent, and who was away gets the newest of what changed instead of every step. Its cost is one list that is
 * relinked; nothing is copied for a reader until it asks.
 */
export class LiveLog {
  /** The stream this log is the only one of. */
  readonly stream: string
  /** The sequence of the last news. */
  head = 1
  readonly #bounds: LogBounds
  readonly #slots = new Map<string, Slot>()
  #oldest: Slot | undefined
  #newest: Slot | undefined
  #bytes = 0
  /** The first sequence that can be resumed from. */
  #floor = 1

  constructor(stream: string, bounds: LogBounds = usualLogBounds) {
    this.stream = stream
    this.#bounds = bounds
  }

  /** Whether everything that was said after `sequence` is still known. */
  covers(sequence: number): boolean {
    return sequence >= this.#floor && sequence <= this.head
  }

  /**
   * Logs readings of one location that were said together, and answers the news of it: those that are not
   * older than what is known of their channel.
   */
  addReadings(locationId: LocationId, readings: Iterable<DeviceReading>, now: number): LiveNews | undefined {
    const news: Array<DeviceReading> = []
    const sequence = this.head + 1
    for (const reading of readings) {
      const key = `${reading.deviceId}/${reading.channel}`
      const said = this.#slots.get(key)?.said
      if (said?.type === "ENERGY_UPDATE" && said.reading.at > reading.at) continue
      this.#put(key, { type: "ENERGY_UPDATE", locationId, reading }, sequence, now)
      news.push(reading)
    }
    if (news.length === 0) return undefined
    this.head = sequence
    this.#trim(now)
    return { type: "ENERGY_UPDATE", sequence, locationId, readings: news }
  }

  /** Logs that a device went online or offline, unless something later is known. */
  addStatus(locationId: LocationId, status: DeviceStatus, now: number): LiveNews | undefined {
    const key = `${status.deviceId}!`
    const said = this.#slots.get(key)?.said
    if (said?.type === "DEVICE_STATUS" && said.status.at > status.at) return undefined
    this.#put(key, { type: "DEVICE_STATUS", locationId, status }, ++this.head, now)
    this.#trim(now)
    return { type: "DEVICE_STATUS", sequence: this.head, locationId, ...status }
  }

  /** Logs anything else. */
  addTold(told: LiveTold, now: number): LiveNews {
    this.#put(`${told.type} ${told.key}`, told, ++this.head, now)
    this.#trim(now)
    return { ...told, sequence: this.head }
  }

  /** Says that news may be missing here: nobody can go on from what was before. */
  gap(): void {
    this.#slots.clear()
    this.#oldest = this.#newest = undefined
    this.#bytes = 0
    this.#floor = ++this.head
  }

  /**
   * What was said after `sequence`, one entry a location or thing, as far as it is selected.
   *
   * The entries stand in an order, and carry sequences, such that whoever has seen the first of them can go
   * on from the sequence of the last it saw: each is the last sequence before the oldest of what is to come.
   */
  since(sequence: number, selects: (said: Said) => boolean): ReadonlyArray<LiveNews> {
    const groups = new Map<string, { oldest: number; readonly said: Array<Said> }>()
    for (let slot = this.#newest; slot !== undefined && slot.sequence > sequence; slot = slot.older) {
      if (!selects(slot.said)) continue
      const key = slot.said.type === "ENERGY_UPDATE" ? slot.said.locationId : ` ${slot.key}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { oldest: slot.sequence, said: [slot.said] })
      else {
        group.oldest = slot.sequence
        group.said.push(slot.said)
      }
    }
    const inOrder = [...groups.values()].sort((a, b) => a.oldest - b.oldest)
    return inOrder.map(({ said }, i) =>
      newsOf(said.toReversed(), (inOrder[i + 1]?.oldest ?? this.head + 1) - 1)
    )
  }

  #put(key: string, said: Said, sequence: number, loggedAt: number): void {
    let slot = this.#slots.get(key)
    if (slot === undefined) {
      slot = { key, said, sequence, loggedAt, bytes: 0, older: undefined, newer: undefined }
      this.#slots.set(key, slot)
    } else this.#unlink(slot)
    slot.said = said
    slot.sequence = sequence
    slot.loggedAt = loggedAt
    slot.bytes = bytesOf(said)
    slot.older = this.#newest
    slot.newer = undefined
    if (this.#newest === undefined) this.#oldest = slot
    else this.#newest.newer = slot
    this.#newest = slot
    this.#bytes += slot.bytes
  }

  #unlink(slot: Slot): void {
    if (slot.older === undefined) this.#oldest = slot.newer
    else slot.older.newer = slot.newer
    if (slot.newer === undefined) this.#newest = slot.older
    else slot.newer.older = slot.older
    this.#bytes -= slot.bytes
  }

  #trim(now: number): void {
    const { ageMs, bytes, count } = this.#bounds
    for (let slot = this.#oldest; slot !== undefined; slot = this.#oldest) {
      if (this.#slots.size <= count && this.#bytes <= bytes && slot.loggedAt >= now - ageMs) return
      this.#unlink(slot)
      this.#slots.delete(slot.key)
      this.#floor = Math.max(this.#floor, slot.sequence)
    }
  }
}

const newsOf = (said: ReadonlyArray<Said>, sequence: number): LiveNews => {
  const first = said[0]!
  if (first.type === "DEVICE_STATUS") {
    return { type: first.type, sequence, locationId: first.locationId, ...first.status }
  }
  if (first.type !== "ENERGY_UPDATE") return { ...first, sequence }
  const readings = said.flatMap((one) => (one.type === "ENERGY_UPDATE" ? [one.reading] : []))
  return { type: "ENERGY_UPDATE", sequence, locationId: first.locationId, readings }
}

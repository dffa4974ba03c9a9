import {
  type ChannelName,
  type Correction,
  type DeviceId,
  type DeviceReading,
  type LocationId,
  mainChannel,
  type TenantId,
  TimeZone,
  type UsageRules,
  type ZoneHistory
} from "@wattkit/core"
import { Luck } from "./Luck.ts"
import { Meter, meterKinds, rulesOf } from "./Meter.ts"

/** One thing that is done to a store. */
export type Operation =
  | { readonly do: "append"; readonly batch: ReadonlyArray<DeviceReading> }
  | { readonly do: "correct"; readonly corrections: ReadonlyArray<Correction> }
  | {
      readonly do: "rules"
      readonly deviceId: DeviceId
      readonly channel: ChannelName
      readonly rules: UsageRules
    }
  | { readonly do: "zone"; readonly locationId: LocationId; readonly change: ZoneHistory.ZoneSince }
  | { readonly do: "refresh" | "reopen" | "kill" }

/** A tenant, and everything that is done to its readings. */
export interface Sequence {
  readonly seed: number
  readonly tenantId: TenantId
  readonly locations: ReadonlyArray<{ readonly id: LocationId; readonly zone: TimeZone.TimeZone }>
  readonly devices: ReadonlyArray<{ readonly id: DeviceId; readonly locationId: LocationId }>
  readonly channels: ReadonlyArray<{
    readonly deviceId: DeviceId
    readonly channel: ChannelName
    readonly locationId: LocationId
  }>
  readonly operations: ReadonlyArray<Operation>
}

/** What a sequence shall be like. */
export interface SequenceOptions {
  readonly seed: number
  /** What the names of its tenant, locations and devices begin with. */
  readonly prefix: string
  /** How many things are done; several of them may come in one call. */
  readonly operations: number
  /** Whether all of the database is killed now and then. */
  readonly kills?: boolean
  /** Whether registers are read up to 400 days late too, which books tens of thousands of quarter hours. */
  readonly long?: boolean
  /** Only readings that do not contradict each other, so that their order does not matter. */
  readonly agreeing?: boolean
}

const zones = ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"].map(TimeZone.makeOrThrow)
/** Shortly before clocks change in Berlin or on Lord Howe Island. */
const begins = [
  "2026-03-28T17:00:00Z",
  "2026-10-24T17:00:00Z",
  "2026-04-04T06:00:00Z",
  "2026-10-03T06:00:00Z"
]
const DAY = 86_400_000

/** Whether a late reading is from long ago: seldom where the time until now is booked, quarter by quarter. */
const luckyFar = (luck: Luck, isLong: boolean, isCheap: boolean) =>
  luck.chance(isLong ? 0.2 : isCheap ? 0.2 : 0)

class Writer {
  readonly options: SequenceOptions
  readonly luck: Luck
  readonly begin: number
  readonly meters: Array<Meter> = []
  readonly rules = new Map<Meter, UsageRules>()
  readonly said: Array<DeviceReading> = []
  readonly withheld: Array<DeviceReading> = []
  readonly corrected: Array<Correction> = []
  readonly madeAt = new Set<number>()
  correcting = 0

  constructor(options: SequenceOptions, luck: Luck) {
    this.options = options
    this.luck = luck
    this.begin = Date.parse(begins[options.seed % begins.length] ?? "")
  }

  fresh(): Array<DeviceReading> {
    const meter = this.luck.one(this.meters)
    const batch = Array.from({ length: this.luck.one([1, 1, 2, 3, 5, 8]) }, () => meter.next())
    if (this.luck.chance(0.3)) batch.push(this.luck.one(this.meters).next())
    return batch.filter((reading) => {
      const isWithheld = this.luck.chance(0.12)
      if (isWithheld) this.withheld.push(reading)
      return !isWithheld
    })
  }

  /** A reading from before the first one; of a register seldom from long before. */
  late(): DeviceReading {
    const meter = this.luck.one(this.meters)
    const isCheap = ["delta", "since", "power"].includes(meter.kind)
    const isFar = luckyFar(this.luck, this.options.long === true, isCheap)
    // Few different days, because a store may keep each day in a place of its own.
    const days = isFar ? this.luck.one([399, 400, 60]) : this.luck.one([0, 0, 1])
    const far = days * DAY + this.luck.whole(1, 96) * 900_000 + this.luck.one([0, 1, 60_000, 7])
    const at = this.begin - far
    const reading = meter.readingAt(at, at - 900_000)
    // Deltas without a beginning reach back to the reading before, which may be 400 days earlier.
    const isOpen = reading.importDeltaWh !== undefined || reading.exportDeltaWh !== undefined
    return isOpen && isFar ? { ...reading, since: (at - 900_000) as DeviceReading["at"] } : reading
  }

  contradicting(): DeviceReading {
    const { deviceId, channel, at } = this.luck.one(this.said)
    return { deviceId, channel, at, powerW: this.luck.whole(1, 1_000_000) }
  }

  batch(): ReadonlyArray<DeviceReading> {
    const luck = this.luck
    const draw = luck.whole(0, 100)
    if (draw < 55 || this.said.length === 0) return this.fresh()
    if (draw < 68) return this.withheld.splice(luck.whole(0, this.withheld.length + 1), luck.whole(1, 4))
    if (draw < 80) return Array.from({ length: luck.whole(1, 4) }, () => luck.one(this.said))
    if (draw < 88) return [this.late()]
    if (draw < 92 && !this.options.agreeing) return [this.contradicting(), luck.one(this.said)]
    return luck.shuffled([...this.fresh(), luck.one(this.said), ...this.fresh()])
  }

  append(): Operation {
    const batch = this.batch()
    this.said.push(...batch)
    return { do: "append", batch }
  }

  correction(): Correction {
    const luck = this.luck
    const isAgain = this.corrected.length > 0 && luck.chance(0.12)
    if (isAgain) {
      const again = luck.one(this.corrected)
      if (this.options.agreeing || luck.chance(0.5)) return again
      return { ...again, reading: again.reading === null ? this.instead(again) : null }
    }
    const old = luck.one(this.withheld.length > 0 && luck.chance(0.3) ? this.withheld : this.said)
    const at = (luck.chance(0.15) ? old.at + luck.whole(-3, 4) * 61_000 : old.at) as DeviceReading["at"]
    const id = { deviceId: old.deviceId, channel: old.channel, at }
    let madeAt = this.begin + luck.whole(0, 1e9)
    while (this.madeAt.has(madeAt)) madeAt++
    this.madeAt.add(madeAt)
    const provenance = {
      by: luck.one(["ada", "grace"]),
      reason: "it was wrong",
      madeAt: madeAt as Correction["madeAt"]
    }
    return { ...id, ...provenance, reading: luck.chance(0.35) ? null : this.instead({ ...old, at }) }
  }

  instead({
    deviceId,
    channel,
    at
  }: Pick<DeviceReading, "deviceId" | "channel" | "at">): Correction["reading"] {
    const same = this.said.find(
      (one) => one.deviceId === deviceId && one.channel === channel && one.at === at
    )
    const meter = this.meters.find((one) => one.deviceId === deviceId && one.channel === channel)
    const { deviceId: _, ...reading } = same ??
      meter?.readingAt(at, at - 900_000) ?? { deviceId, channel, at, powerW: 7 }
    const more = this.luck.whole(-200, 200)
    return {
      ...reading,
      ...(reading.importWh === undefined ? {} : { importWh: Math.max(0, reading.importWh + more) }),
      ...(reading.importDeltaWh === undefined
        ? {}
        : { importDeltaWh: Math.max(0, reading.importDeltaWh + more) }),
      powerW: more
    }
  }

  correct(): Operation {
    const correction = this.correction()
    this.corrected.push(correction)
    return { do: "correct", corrections: [correction] }
  }

  changedRules(): Operation {
    const luck = this.luck
    const meter = luck.one(this.meters)
    const before = this.rules.get(meter) ?? rulesOf(meter.kind, luck)
    const own = this.said.filter((one) => one.deviceId === meter.deviceId && one.channel === meter.channel)
    const as = luck.one(["advance", "rollover", "reset", "nothing"] as const)
    const changes: ReadonlyArray<() => Partial<UsageRules>> = [
      () => ({ exchanges: [...before.exchanges, meter.exchange(meter.at + luck.one([0, 1000, 120_000]))] }),
      () =>
        own.length === 0 ? {} : { confirmations: [...before.confirmations, { at: luck.one(own).at, as }] },
      () => ({ maxPowerW: luck.one([500, 9_000, 10_000_000]) }),
      () => ({ maxGapMs: luck.one([300_000, 3_600_000, 86_400_000]) }),
      () => ({ basis: luck.one(["register", "delta", "power"]) }),
      () => ({ register: luck.one(["daily", "lifetime"]), modulusWh: luck.one([null, 50_000]) })
    ]
    return this.setRules(meter, { ...before, ...luck.one(changes)() })
  }

  /** The next operation; corrections come a few at a time. */
  next(locations: Sequence["locations"]): Operation {
    const luck = this.luck
    if (this.correcting > 0 && this.said.length > 0) {
      this.correcting--
      return this.correct()
    }
    const draw = luck.whole(0, 200)
    if (draw < 165) return this.append()
    if (draw < 180) this.correcting = luck.whole(0, 4)
    if (draw < 180) return this.said.length === 0 ? this.append() : this.correct()
    if (draw < 187) return this.changedRules()
    if (draw < 188) {
      const from = new Date(this.begin + luck.whole(-2, 4) * DAY).toISOString().slice(0, 10)
      const change = { zone: luck.one(zones), from: from as ZoneHistory.ZoneSince["from"] }
      return { do: "zone", locationId: luck.one(locations).id, change }
    }
    if (draw < 191) return { do: "refresh" }
    if (draw < 194) return luck.chance(0.2) ? { do: "reopen" } : this.append()
    return this.options.kills === true && draw < 196 ? { do: "kill" } : this.append()
  }

  setRules(meter: Meter, rules: UsageRules): Operation {
    this.rules.set(meter, rules)
    return { do: "rules", deviceId: meter.deviceId, channel: meter.channel, rules }
  }
}

/** Makes up a sequence. */
export const makeSequence = (options: SequenceOptions): Sequence => {
  const luck = new Luck(options.seed, "sequence")
  const writer = new Writer(options, luck)
  const named = (suffix: string) => `${options.prefix}-${suffix}`
  const locations = luck
    .shuffled(zones)
    .slice(0, luck.whole(1, 4))
    .map((zone, i) => ({ id: named(`l${i}`) as LocationId, zone }))
  const devices = Array.from({ length: luck.whole(2, 4) }, (_, i) => ({
    id: named(`d${i}`) as DeviceId,
    locationId: luck.one(locations).id
  }))
  const channels = devices.flatMap(({ id, locationId }) =>
    [mainChannel, "L1" as ChannelName]
      .slice(0, luck.chance(0.6) ? 1 : 2)
      .map((channel) => ({ deviceId: id, channel, locationId }))
  )
  for (const place of channels) {
    writer.meters.push(new Meter(luck, luck.one(meterKinds), place, writer.begin))
  }
  const operations = writer.meters
    .filter(({ kind }) => kind !== "both" || luck.chance(0.5))
    .map((meter) => writer.setRules(meter, rulesOf(meter.kind, luck)))
  for (let drawn = operations.length; drawn < options.operations; drawn++) {
    const next = writer.next(locations)
    const last = operations.at(-1)
    // What follows each other often comes in one call, as it does from a gateway that was offline.
    const isTogether = luck.chance(0.93)
    if (isTogether && next.do === "append" && last?.do === "append") {
      operations.splice(-1, 1, { do: "append", batch: [...last.batch, ...next.batch] })
    } else if (isTogether && next.do === "correct" && last?.do === "correct") {
      operations.splice(-1, 1, { do: "correct", corrections: [...last.corrections, ...next.corrections] })
    } else operations.push(next)
  }
  return { seed: options.seed, tenantId: named("t") as TenantId, locations, devices, channels, operations }
}

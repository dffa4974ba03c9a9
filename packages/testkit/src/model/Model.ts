import {
  type AppendOutcome,
  type Correction,
  type CorrectionOutcome,
  type DeviceReading,
  isSame,
  type KeptResolution,
  type LocalDate,
  type LocationId,
  type ReadingIdentity,
  type Revision,
  type TimeZone,
  type Usage,
  type UsageRules,
  usualRules,
  ZoneHistory
} from "@wattkit/core"
import { append } from "effect/Array"
import { type Counted, usage } from "./UsageModel.ts"

/** One version of a reading: what the device said, or what a person said instead. */
export type Version = Pick<Revision, "reading" | "provenance">

/** Names a channel. */
export type Place = Pick<ReadingIdentity, "deviceId" | "channel">

const channelOf = ({ channel, deviceId }: Place) => JSON.stringify([deviceId, channel])
const madeAt = ({ provenance }: Version) => provenance?.madeAt ?? -Infinity
const isSameVersion = (a: Version, b: Version) =>
  JSON.stringify(a.provenance) === JSON.stringify(b.provenance) &&
  (a.reading && b.reading ? isSame(a.reading, b.reading) : a.reading === b.reading)

/**
 * What a store must show after anything was done to it, found in the most obvious way: every version is
 * kept, and whatever is asked is computed from all of them.
 */
export class Model {
  readonly #readings = new Map<string, { id: ReadingIdentity; versions: ReadonlyArray<Version> }>()
  readonly #rules = new Map<string, UsageRules>()
  readonly #zones = new Map<LocationId, ZoneHistory.ZoneHistory>()

  /** Every version of a reading, oldest first: what the device said is older than any correction. */
  revisions(id: ReadingIdentity): ReadonlyArray<Version> {
    return this.#readings.get(`${channelOf(id)} ${id.at}`)?.versions ?? []
  }

  #add(id: ReadingIdentity, made: Version): CorrectionOutcome {
    const before = this.revisions(id)
    const rival = before.find((one) => madeAt(one) === madeAt(made))
    if (rival) return isSameVersion(rival, made) ? "duplicate" : "conflict"
    const versions = [...before, made].sort((a, b) => madeAt(a) - madeAt(b))
    this.#readings.set(`${channelOf(id)} ${id.at}`, { id, versions })
    return versions.at(-1) !== made ? "superseded" : before.length > 0 ? "revised" : "accepted"
  }

  append({ deviceId, ...reading }: DeviceReading): AppendOutcome {
    return this.#add({ deviceId, ...reading }, { reading, provenance: null }) as AppendOutcome
  }

  correct({ by, madeAt, reading, reason, ...id }: Correction): CorrectionOutcome {
    return this.#add(id, { reading, provenance: { by, reason, madeAt } })
  }

  rules(place: Place): UsageRules {
    return this.#rules.get(channelOf(place)) ?? usualRules
  }

  setRules(place: Place, rules: UsageRules): void {
    this.#rules.set(channelOf(place), rules)
  }

  /** Says in which zone a location is from a date on, or ever since. */
  setZone(id: LocationId, zone: TimeZone.TimeZone, from = "1970-01-01" as LocalDate.LocalDate): void {
    const before = (this.#zones.get(id) ?? []).filter((one) => one.from < from)
    this.#zones.set(id, append(before, { zone, from }))
  }

  /** Every reading anybody ever said anything of, oldest first. */
  identities(): ReadonlyArray<ReadingIdentity> {
    return [...this.#readings.values()].map(({ id }) => id).sort((a, b) => a.at - b.at)
  }

  /** The readings of a channel that count, oldest first. */
  counted(place: Place): ReadonlyArray<Counted> {
    const own = this.identities().filter((id) => channelOf(id) === channelOf(place))
    const last = own.flatMap((id) => this.revisions(id).slice(-1))
    return last.flatMap(({ provenance: by, reading }) => (reading ? [{ reading, edited: by !== null }] : []))
  }

  usage(place: Place, locationId: LocationId, resolution: KeptResolution): ReadonlyArray<Usage> {
    const calendar = ZoneHistory.calendarOf(this.#zones.get(locationId)!)
    return usage(this.counted(place), this.rules(place), resolution, calendar)
  }
}

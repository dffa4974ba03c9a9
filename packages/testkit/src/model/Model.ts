import {
  type AppendOutcome,
  type Correction,
  type CorrectionOutcome,
  type DeviceReading,
  isSame,
  type KeptResolution,
  type LocationId,
  type Provenance,
  type Reading,
  type Usage,
  type UsageRules,
  usualRules,
  ZoneHistory
} from "@wattkit/core"
import { append } from "effect/Array"
import { type Counted, usage } from "./UsageModel.ts"

/** One version of a reading: what the device said, or what a person said instead. */
export interface Version {
  readonly reading: Reading | null
  readonly provenance: Provenance | null
}

/** Names a channel, or a reading when the instant counts as well. */
export type Place = Pick<DeviceReading, "deviceId" | "channel">
type Identity = Place & Pick<DeviceReading, "at">

/**
 * What a store must show after anything was done to it, found in the most obvious way: every version is
 * kept, and whatever is asked is computed from all of them.
 */
export class Model {
  readonly #versions = new Map<string, { readonly id: Identity; readonly all: Array<Version> }>()
  readonly #rules = new Map<string, UsageRules>()
  readonly #zones = new Map<LocationId, ZoneHistory.ZoneHistory>()

  #of(id: Identity): Array<Version> {
    const key = JSON.stringify([id.deviceId, id.channel, id.at])
    const kept = this.#versions.get(key) ?? { id, all: [] }
    this.#versions.set(key, kept)
    return kept.all
  }

  #madeAt({ provenance }: Version): number {
    return provenance?.madeAt ?? Number.NEGATIVE_INFINITY
  }

  append({ deviceId, ...reading }: DeviceReading): AppendOutcome {
    const versions = this.#of({ deviceId, ...reading })
    const said = versions.find(({ provenance }) => provenance === null)?.reading
    if (said) return isSame(said, reading) ? "duplicate" : "conflict"
    versions.push({ reading, provenance: null })
    return versions.length > 1 ? "superseded" : "accepted"
  }

  correct({ by, madeAt, reading, reason, ...id }: Correction): CorrectionOutcome {
    const versions = this.#of(id)
    const made = { reading, provenance: { by, reason, madeAt } }
    const there = versions.find((one) => this.#madeAt(one) === madeAt)
    if (there !== undefined) {
      const isSameReading =
        reading === null || there.reading === null
          ? reading === there.reading
          : isSame(reading, there.reading)
      const isSameMaker = there.provenance?.by === by && there.provenance.reason === reason
      return isSameReading && isSameMaker ? "duplicate" : "conflict"
    }
    const wasThere = versions.length > 0
    const isLast = versions.every((one) => this.#madeAt(one) < madeAt)
    versions.push(made)
    return !isLast ? "superseded" : wasThere ? "revised" : "accepted"
  }

  rules(place: Place): UsageRules {
    return this.#rules.get(JSON.stringify([place.deviceId, place.channel])) ?? usualRules
  }

  setRules(place: Place, rules: UsageRules): void {
    this.#rules.set(JSON.stringify([place.deviceId, place.channel]), rules)
  }

  addLocation(id: LocationId, zone: ZoneHistory.ZoneSince["zone"]): void {
    this.#zones.set(id, [{ zone, from: "1970-01-01" as ZoneHistory.ZoneSince["from"] }])
  }

  changeZone(id: LocationId, change: ZoneHistory.ZoneSince): void {
    const before = (this.#zones.get(id) ?? []).filter(({ from }) => from < change.from)
    this.#zones.set(id, append(before, change))
  }

  /** Every version of a reading, oldest first. */
  revisions(id: Identity): ReadonlyArray<Version> {
    return this.#of(id).toSorted((a, b) => this.#madeAt(a) - this.#madeAt(b))
  }

  /** Every reading anybody ever said anything of. */
  identities(): ReadonlyArray<Identity> {
    return [...this.#versions.values()].flatMap(({ all, id }) => (all.length > 0 ? [id] : []))
  }

  /** The readings of a channel that count, oldest first. */
  counted(place: Place): ReadonlyArray<Counted> {
    return [...this.#versions.values()]
      .filter(({ id }) => id.deviceId === place.deviceId && id.channel === place.channel)
      .flatMap(({ id }) => {
        const last = this.revisions(id).at(-1)
        return last?.reading ? [{ reading: last.reading, edited: last.provenance !== null }] : []
      })
      .sort((a, b) => a.reading.at - b.reading.at)
  }

  usage(place: Place, locationId: LocationId, resolution: KeptResolution): ReadonlyArray<Usage> {
    const calendar = ZoneHistory.calendarOf(this.#zones.get(locationId)!)
    return usage(this.counted(place), this.rules(place), resolution, calendar)
  }
}

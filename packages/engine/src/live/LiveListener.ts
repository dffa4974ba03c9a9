import type { DeviceId, LiveEvent, LiveNews, LocationId } from "@wattkit/core"
import type { Said } from "./LiveLog.ts"

/** Names to choose by: an array where there are few, because thousands of listeners hold one name each. */
export interface Names<Name> extends Iterable<Name> {
  readonly has: (name: Name) => boolean
}

class FewNames<Name> implements Names<Name> {
  readonly #names: ReadonlyArray<Name>

  constructor(names: ReadonlyArray<Name>) {
    this.#names = names
  }

  has(name: Name): boolean {
    return this.#names.includes(name)
  }

  [Symbol.iterator](): Iterator<Name> {
    return this.#names[Symbol.iterator]()
  }
}

/** The names, each once. */
export const namesOf = <Name>(names: ReadonlyArray<Name>): Names<Name> => {
  const once = new Set(names)
  return once.size > 8 ? once : new FewNames([...once])
}

/** What a listener selects; what is left out selects everything. Devices that are named decide alone. */
export interface Selection {
  readonly locationIds: Names<LocationId> | undefined
  readonly deviceIds: Names<DeviceId> | undefined
  readonly events: Names<LiveEvent> | undefined
}

/** Somebody who is told at once what is new. Both methods must return quickly and must not throw. */
export interface LiveListener {
  readonly take: (news: LiveNews) => void
  /** News may have been lost, and nothing of before can be resumed: the state has to be shown again. */
  readonly onGap: () => void
}

const isAt = ({ deviceIds, locationIds }: Selection, locationId: LocationId | null): boolean =>
  deviceIds === undefined &&
  (locationIds === undefined || (locationId !== null && locationIds.has(locationId)))

const isOf = (selection: Selection, locationId: LocationId, deviceId: DeviceId): boolean =>
  selection.deviceIds?.has(deviceId) ?? isAt(selection, locationId)

/** Whether an entry of the log is selected. */
export const selects = (selection: Selection, said: Said): boolean => {
  if (selection.events?.has(said.type) === false) return false
  if (said.type === "ENERGY_UPDATE") return isOf(selection, said.locationId, said.reading.deviceId)
  if (said.type === "DEVICE_STATUS") return isOf(selection, said.locationId, said.status.deviceId)
  return isAt(selection, said.locationId)
}

/** What of the news is selected. News that are selected whole stay the same object. */
export const select = (selection: Selection, news: LiveNews): LiveNews | undefined => {
  if (selection.events?.has(news.type) === false) return undefined
  if (news.type === "ENERGY_UPDATE") {
    const { deviceIds } = selection
    if (deviceIds === undefined) return isAt(selection, news.locationId) ? news : undefined
    const readings = news.readings.filter((reading) => deviceIds.has(reading.deviceId))
    if (readings.length === news.readings.length) return news
    return readings.length === 0 ? undefined : { ...news, readings }
  }
  const isSelected =
    news.type === "DEVICE_STATUS"
      ? isOf(selection, news.locationId, news.deviceId)
      : isAt(selection, news.locationId)
  return isSelected ? news : undefined
}

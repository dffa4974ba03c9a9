import { type DeviceReading, type DeviceStatus, mainChannel, type StoredReadings } from "@wattkit/core"
import { saidNames } from "../rows.ts"

type SaidValue = DeviceReading[(typeof saidNames)[number]]

/** Device, channel (0 is the main one), instant, a bit for each thing it says, and those in their order. */
type WireReading = readonly [
  deviceId: DeviceReading["deviceId"],
  channel: DeviceReading["channel"] | 0,
  at: DeviceReading["at"],
  says: number,
  ...said: ReadonlyArray<SaidValue>
]

type WireStatus = readonly [DeviceStatus["deviceId"], DeviceStatus["at"], 0 | 1]

type WireNews = readonly [
  StoredReadings["tenantId"],
  StoredReadings["locationId"],
  ReadonlyArray<WireReading>,
  statuses: ReadonlyArray<WireStatus> | 0
]

const fromReading = (reading: DeviceReading): WireReading => {
  const said: Array<SaidValue> = []
  let says = 0
  for (const [i, name] of saidNames.entries()) {
    const value = reading[name]
    if (value === undefined) continue
    says |= 1 << i
    said.push(value)
  }
  return [reading.deviceId, reading.channel === mainChannel ? 0 : reading.channel, reading.at, says, ...said]
}

const toReading = ([deviceId, channel, at, says, ...said]: WireReading): DeviceReading => {
  const reading: Record<string, SaidValue> = {}
  let next = 0
  for (const [i, name] of saidNames.entries()) {
    if ((says & (1 << i)) !== 0) reading[name] = said[next++]
  }
  return { deviceId, at, channel: channel === 0 ? mainChannel : channel, ...reading }
}

const fromStatus = ({ at, deviceId, status }: DeviceStatus): WireStatus => [
  deviceId,
  at,
  status === "online" ? 1 : 0
]

const toStatus = ([deviceId, at, isOnline]: WireStatus): DeviceStatus => ({
  deviceId,
  at,
  status: isOnline === 1 ? "online" : "offline"
})

const fromNews = ({ locationId, readings, statuses, tenantId }: StoredReadings): WireNews => [
  tenantId,
  locationId,
  readings.map(fromReading),
  statuses?.map(fromStatus) ?? 0
]

const toNews = ([tenantId, locationId, readings, statuses]: WireNews): StoredReadings => ({
  tenantId,
  locationId,
  readings: readings.map(toReading),
  ...(statuses === 0 ? {} : { statuses: statuses.map(toStatus) })
})

/** News as text of ASCII, so that it can be cut anywhere and each character is a byte. */
export const encode = (news: ReadonlyArray<StoredReadings>): string =>
  JSON.stringify(news.map(fromNews)).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

/** The news of a text; throws when it is none. */
export const decode = (text: string): ReadonlyArray<StoredReadings> =>
  (JSON.parse(text) as ReadonlyArray<WireNews>).map(toNews)

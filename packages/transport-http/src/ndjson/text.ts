import { type DeviceReading, Instant, mainChannel, quantities } from "@wattkit/core"

/** Readings in the wire form with their `device`, one a line, each with the end of its line. */
export const rows = (readings: ReadonlyArray<DeviceReading>): string => {
  let text = ""
  for (const reading of readings) {
    text += `{"device":"${reading.deviceId}","at":"${Instant.format(reading.at)}"`
    if (reading.channel !== mainChannel) text += `,"channel":"${reading.channel}"`
    if (reading.since !== undefined) text += `,"since":"${Instant.format(reading.since)}"`
    for (const name of quantities) {
      const value = reading[name]
      if (value !== undefined) text += `,"${name}":${value}`
    }
    text += reading.extra === undefined ? "}\n" : `,"extra":${JSON.stringify(reading.extra)}}\n`
  }
  return text
}

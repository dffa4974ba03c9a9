import { type DeviceReading, Instant, quantities } from "@wattkit/core"

/** The first line of a file of readings: every column, so that a file can be continued. */
export const header = ["device", "at", "channel", "since", ...quantities, "extra"].join(",")

/**
 * The rows of readings, each with the end of its line.
 *
 * Nothing has to be made harmless for spreadsheets: ids have neither of the characters that call something
 * in a formula, `(`, `|` and `!`, and begin with none of `=`, `+` and `@`; everything else is a number.
 */
export const rows = (readings: ReadonlyArray<DeviceReading>): string => {
  let text = ""
  for (const reading of readings) {
    text += `${reading.deviceId},${Instant.format(reading.at)},${reading.channel},`
    if (reading.since !== undefined) text += Instant.format(reading.since)
    for (const name of quantities) {
      const value = reading[name]
      text += value === undefined ? "," : `,${value}`
    }
    text += reading.extra === undefined ? ",\n" : `,${quoted(JSON.stringify(reading.extra))}\n`
  }
  return text
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/**
 * A text of unknown origin as a cell; what a spreadsheet would take for a formula begins with an apostrophe.
 */
export const cellOf = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",;\r\n]/.test(safe) ? quoted(safe) : safe
}

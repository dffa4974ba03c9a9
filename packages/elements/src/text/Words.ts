import type { ProblemKind } from "../live/Problem.ts"

/** Every text the elements show, so that a page can say it in its language; `{…}` is filled in. */
export const english = {
  grid: "Grid",
  solar: "Solar",
  battery: "Battery",
  house: "House",
  importing: "Importing from the grid",
  exporting: "Exporting to the grid",
  balanced: "In balance with the grid",
  using: "Used by the measured devices",
  houseUses: "House uses",
  charging: "charging",
  discharging: "discharging",
  charge: "{percent} charged",
  flow: "Where power flows now",
  recent: "Last 15 minutes",
  chartHint: "Power of the last 15 minutes. Arrow keys read single moments.",
  title: "Now",
  now: "now",
  noValue: "no value",
  between: "{name}: now {now}, between {low} and {high}",
  showTable: "Show as table",
  showChart: "Show as chart",
  time: "Time",
  from: "Where it comes from",
  to: "Where it goes",
  nothingFrom: "Nothing is produced or imported now.",
  nothingTo: "Nothing is used now.",
  rest: "Rest of the house",
  unexplained: "Source without a meter",
  idle: "Idle: {names}",
  silent: "Silent",
  heard: "last heard {age}",
  neverHeard: "no power yet",
  device: "Device",
  live: "Live",
  connecting: "Connecting",
  reconnecting: "Connecting again",
  offline: "Offline",
  stale: "No new reading",
  loading: "Loading live power",
  staleNote: "The newest reading is from {time}, {age}. Values are shown as they were then.",
  offlineNote: "This browser is offline. Values are from {time} and go on when the network is back.",
  reconnectingNote: "The connection was lost and is being made again. Values are from {time}.",
  retry: "Try again",
  noDevice: "No device yet",
  noDeviceNote: "As soon as a device of this location is registered and sends a reading, it appears here.",
  noLocation: "No location yet",
  noLocationNote: "Create a location and register a device there; its power will appear here.",
  noReading: "Waiting for the first reading",
  noReadingNote:
    "There is a device, but none has sent its power yet. This page shows the first reading at once.",
  unauthorized: "The key is not accepted",
  unauthorizedNote: "It may be mistyped, expired or withdrawn.",
  forbidden: "The key may not see this",
  forbiddenNote: "It is valid, but was made for something else.",
  unreachable: "The server does not answer",
  unreachableNote: "It is tried again by itself.",
  unknownLocation: "No such location",
  unknownLocationNote: "There is none with this id, or the key may not see it.",
  unconfigured: "Where is the server?",
  unconfiguredNote: "Set the attribute base-url and the property token, or the property client.",
  other: "Something went wrong",
  today: "Today",
  used: "Imported",
  produced: "Exported",
  lastHeard: "Last heard",
  never: "never"
} as const

/** The texts of the elements. */
export type Words = { readonly [word in keyof typeof english]: string }

/** Fills the `{…}` of a text. */
export const fill = (text: string, values: { readonly [name: string]: string }): string =>
  text.replaceAll(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all)

/** The title and explanation of a problem. */
export const ofProblem = (words: Words, kind: ProblemKind): readonly [title: string, note: string] => {
  switch (kind) {
    case "unauthorized":
      return [words.unauthorized, words.unauthorizedNote]
    case "forbidden":
      return [words.forbidden, words.forbiddenNote]
    case "unreachable":
      return [words.unreachable, words.unreachableNote]
    case "unknown-location":
      return [words.unknownLocation, words.unknownLocationNote]
    case "unconfigured":
      return [words.unconfigured, words.unconfiguredNote]
    case "other":
      return [words.other, ""]
  }
}

import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Instant, InstantFromString } from "../time/Instant.ts"
import { ChannelName, type DeviceId, mainChannel } from "./ids.ts"

const within = (minimum: number, maximum: number) =>
  Schema.Finite.check(
    Schema.isBetween({ minimum, maximum }, { message: `must be between ${minimum} and ${maximum}` })
  )

/**
 * The least and the most each quantity may be. Nine terawatt-hours is where milliwatt-hours leave the exact
 * integers of a number; a register beyond it is a unit mistake.
 */
export const bounds = {
  powerW: [-1e12, 1e12],
  importWh: [0, 9e12],
  exportWh: [0, 9e12],
  importDeltaWh: [0, 9e12],
  exportDeltaWh: [0, 9e12],
  voltageV: [0, 1e6],
  currentA: [-1e6, 1e6],
  frequencyHz: [0, 1000],
  powerFactor: [-1, 1],
  temperatureC: [-273.15, 10_000],
  stateOfChargePct: [0, 100]
} as const satisfies { readonly [name: string]: readonly [number, number] }

const measured = {
  /** Signed power: + import into the device measured, − export out of it. */
  powerW: within(...bounds.powerW),
  /** Lifetime register of energy imported. */
  importWh: within(...bounds.importWh),
  /** Lifetime register of energy exported. */
  exportWh: within(...bounds.exportWh),
  /** Energy imported since the previous reading. */
  importDeltaWh: within(...bounds.importDeltaWh),
  /** Energy exported since the previous reading. */
  exportDeltaWh: within(...bounds.exportDeltaWh),
  voltageV: within(...bounds.voltageV),
  currentA: within(...bounds.currentA),
  frequencyHz: within(...bounds.frequencyHz),
  powerFactor: within(...bounds.powerFactor),
  temperatureC: within(...bounds.temperatureC),
  stateOfChargePct: within(...bounds.stateOfChargePct)
} as const

/** The quantities a reading may carry, in the order they are stored and shown. */
export const quantities = [
  "powerW",
  "importWh",
  "exportWh",
  "importDeltaWh",
  "exportDeltaWh",
  "voltageV",
  "currentA",
  "frequencyHz",
  "powerFactor",
  "temperatureC",
  "stateOfChargePct"
] as const satisfies ReadonlyArray<keyof typeof measured>

/** The name of one quantity of a reading. */
export type QuantityName = (typeof quantities)[number]

const extra = Schema.Record(
  Schema.String.check(
    Schema.isPattern(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, { message: "must be a name like flowLph" })
  ),
  Schema.Finite
).check(Schema.isMaxProperties(32, { message: "must have at most 32 entries" }))

const withDelta = Schema.makeFilter(
  (reading: {
    readonly at: number
    readonly since?: number | undefined
    readonly importDeltaWh?: number | undefined
    readonly exportDeltaWh?: number | undefined
  }) =>
    reading.since === undefined
      ? undefined
      : reading.importDeltaWh === undefined && reading.exportDeltaWh === undefined
        ? { path: ["since"], issue: "must come with importDeltaWh or exportDeltaWh" }
        : reading.since < reading.at
          ? undefined
          : { path: ["since"], issue: "must be before at" }
)

const optionalQuantities = {
  powerW: Schema.optionalKey(measured.powerW),
  importWh: Schema.optionalKey(measured.importWh),
  exportWh: Schema.optionalKey(measured.exportWh),
  importDeltaWh: Schema.optionalKey(measured.importDeltaWh),
  exportDeltaWh: Schema.optionalKey(measured.exportDeltaWh),
  voltageV: Schema.optionalKey(measured.voltageV),
  currentA: Schema.optionalKey(measured.currentA),
  frequencyHz: Schema.optionalKey(measured.frequencyHz),
  powerFactor: Schema.optionalKey(measured.powerFactor),
  temperatureC: Schema.optionalKey(measured.temperatureC),
  stateOfChargePct: Schema.optionalKey(measured.stateOfChargePct),
  /** Named numbers that have no word here; the unit stands at the end of the name. */
  extra: Schema.optionalKey(extra)
} as const

const hasQuantity = (reading: { readonly [name: string]: unknown }): boolean =>
  quantities.some((name) => reading[name] !== undefined) ||
  (reading["extra"] !== undefined && Object.keys(reading["extra"] as object).length > 0)

const atLeastOne = Schema.makeFilter((reading: { readonly [name: string]: unknown }) =>
  hasQuantity(reading)
    ? undefined
    : `must carry at least one quantity, such as ${quantities.slice(0, 3).join(", ")}`
)

/** What a device said at one instant on one channel. Its identity is (device, channel, at). */
export const Reading = Schema.Struct({
  at: Instant,
  channel: ChannelName,
  /** Where the energy of the deltas begins; at the reading before when it is left out. */
  since: Schema.optionalKey(Instant),
  ...optionalQuantities
}).check(atLeastOne, withDelta)
export type Reading = typeof Reading.Type

/** A reading as it travels: the instant in words, the channel left out when it is the main one. */
export const ReadingFromWire = Schema.Struct({
  at: InstantFromString,
  channel: ChannelName.pipe(Schema.withDecodingDefaultKey(Effect.succeed(mainChannel))),
  since: Schema.optionalKey(InstantFromString),
  ...optionalQuantities
}).check(atLeastOne, withDelta)

/** A reading together with the device it came from. */
export interface DeviceReading extends Reading {
  readonly deviceId: DeviceId
}

const extraOf = (reading: Reading): string =>
  reading.extra === undefined
    ? ""
    : JSON.stringify(Object.entries(reading.extra).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Whether two readings of the same identity say the same. */
export const isSame = (a: Reading, b: Reading): boolean =>
  a.since === b.since && quantities.every((name) => a[name] === b[name]) && extraOf(a) === extraOf(b)

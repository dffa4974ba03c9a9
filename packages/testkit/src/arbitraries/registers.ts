import { type Correction, type DeviceId, type DeviceReading, mainChannel, type Reading } from "@wattkit/core"
import * as fc from "fast-check"
import { epoch } from "./readings.ts"

type Instant = Reading["at"]

/** What a register does from one reading to the next. */
const happening = fc.oneof(
  { weight: 12, arbitrary: fc.record({ what: fc.constant("advance" as const), wh: fc.nat(900) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("reset" as const), wh: fc.nat(900) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("blip" as const), wh: fc.nat(900) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("spike" as const), wh: fc.nat(900) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("silent" as const), wh: fc.nat(900) }) }
)

/** Minutes from one reading to the next: mostly few, sometimes a night or a season. */
const minutes = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 41, max: 1500 }) },
  { weight: 1, arbitrary: fc.constantFrom(5000, 20_000, 600_000) }
)

/** The readings of a meter that imports and exports, oldest first, with all that may happen to a register. */
export const registerWalk = (
  deviceId: DeviceId,
  maxLength = 22
): fc.Arbitrary<ReadonlyArray<DeviceReading>> =>
  fc
    .array(
      fc.tuple(minutes, happening, fc.option(fc.integer({ min: -3000, max: 3000 }), { nil: undefined })),
      {
        minLength: 2,
        maxLength
      }
    )
    .map((steps) => {
      let [at, register, out] = [epoch, 123_456.7, 10]
      return steps.map(([gap, { what, wh }, powerW]): DeviceReading => {
        at += gap * 60_000
        register = Math.round((what === "reset" ? wh / 10 : register + wh) * 10) / 10
        if (gap % 3 === 0) out += wh
        const importWh = what === "blip" ? 0 : what === "spike" ? register * 3 : register
        const said = {
          deviceId,
          channel: mainChannel,
          at: at as Instant,
          ...(powerW !== undefined && { powerW })
        }
        const since = gap % 2 === 0 ? { since: (at - (gap % 50) * 60_000 - 1) as Instant } : {}
        const delta = what === "spike" ? {} : { importDeltaWh: wh / 10, ...since }
        return what === "silent"
          ? { ...said, temperatureC: wh }
          : { ...said, importWh, exportWh: out, ...delta }
      })
    })

/** Corrections of some readings: another register, or struck out; some twice, the later one decides. */
export const correctionsOf = (
  readings: ReadonlyArray<DeviceReading>
): fc.Arbitrary<ReadonlyArray<Correction>> =>
  fc
    .array(fc.tuple(fc.nat(readings.length - 1), fc.option(fc.nat(200_000), { nil: null })), { maxLength: 5 })
    .map((chosen) =>
      chosen.map(([index, importWh], i): Correction => {
        const { at, channel, deviceId } = readings[index]!
        const reading = importWh === null ? null : { at, channel, importWh }
        return { deviceId, channel, at, reading, by: "ada", reason: `${i}`, madeAt: (at + i) as Instant }
      })
    )

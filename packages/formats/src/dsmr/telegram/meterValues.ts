import type { QuantityName } from "@wattkit/core"
import { numberOfText } from "../../payload/readNumber.ts"
import { conversion } from "../../spec/conversion.ts"
import type { Telegram } from "./Telegram.ts"

const kW = conversion("powerW", "kW")
const kWh = conversion("importWh", "kWh")

/** The number of a value such as `001545.380*kWh`, in the unit wanted; undefined where it has another. */
const valueOf = (
  telegram: Telegram,
  code: string,
  unit: string,
  convert: ((value: number) => number) | undefined
): number | undefined => {
  const [number = "", sentIn = unit] = (telegram.get(code)?.at(-1) ?? "").split("*", 2)
  const value = numberOfText(number)
  return value === undefined || sentIn.toLowerCase() !== unit.toLowerCase() ? undefined : convert?.(value)
}

const same = (value: number): number => value

/**
 * A register of one direction: the one over all tariffs, else the sum of those of both tariffs. One alone
 * would be a part, and the register would seem to fall and rise.
 */
const registerOf = (telegram: Telegram, direction: 1 | 2): number | undefined => {
  const read = (tariff: number) => valueOf(telegram, `1-0:${direction}.8.${tariff}`, "kWh", kWh)
  const whole = read(0)
  if (whole !== undefined) return whole
  const [first, second] = [read(1), read(2)]
  return first === undefined || second === undefined ? undefined : Number((first + second).toPrecision(15))
}

/** Power in minus power out. A meter that knows only one direction has only one of them. */
const powerOf = (telegram: Telegram, code: number): number | undefined => {
  const taken = valueOf(telegram, `1-0:${code}.7.0`, "kW", kW)
  const given = valueOf(telegram, `1-0:${code + 1}.7.0`, "kW", kW)
  if (taken === undefined && given === undefined) return undefined
  return Number(((taken ?? 0) - (given ?? 0)).toPrecision(15))
}

/** What a telegram says of a channel. */
export interface MeterValue {
  readonly channel: string
  readonly quantity: QuantityName
  readonly value: number | undefined
}

/** What a telegram says of electricity, as a whole and by phase. */
export const meterValues = (telegram: Telegram): ReadonlyArray<MeterValue> => [
  { channel: "main", quantity: "powerW", value: powerOf(telegram, 1) },
  { channel: "main", quantity: "importWh", value: registerOf(telegram, 1) },
  { channel: "main", quantity: "exportWh", value: registerOf(telegram, 2) },
  { channel: "main", quantity: "frequencyHz", value: valueOf(telegram, "1-0:14.7.0", "Hz", same) },
  ...[1, 2, 3].flatMap((phase): ReadonlyArray<MeterValue> => {
    const channel = `l${phase}`
    const code = 20 * phase
    return [
      { channel, quantity: "powerW", value: powerOf(telegram, code + 1) },
      { channel, quantity: "voltageV", value: valueOf(telegram, `1-0:${code + 12}.7.0`, "V", same) },
      { channel, quantity: "currentA", value: valueOf(telegram, `1-0:${code + 11}.7.0`, "A", same) }
    ]
  })
]

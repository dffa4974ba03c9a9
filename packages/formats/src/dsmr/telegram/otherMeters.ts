import type { Instant } from "@wattkit/core"
import { numberOfText } from "../../payload/readNumber.ts"
import type { Telegram } from "./Telegram.ts"
import { telegramTime } from "./telegramTime.ts"

/** What a meter says that is connected to the electricity meter and reports on its own time. */
export interface OtherMeter {
  readonly channel: string
  readonly name: string
  readonly value: number
  readonly at: Instant.Instant | undefined
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["3", "gas"],
  ["4", "heat"],
  ["7", "water"],
  ["12", "heat"]
])

/** What the value is called, by its unit. */
const units: ReadonlyMap<string, string> = new Map([
  ["m3", "m3"],
  ["gj", "gj"]
])

const readOne = (telegram: Telegram, n: number): OtherMeter | undefined => {
  const kind = kinds.get(telegram.get(`0-${n}:24.1.0`)?.[0]?.replace(/^0+/, "") ?? "")
  if (kind === undefined) return undefined
  const groups =
    telegram.get(`0-${n}:24.2.1`) ?? telegram.get(`0-${n}:24.2.3`) ?? telegram.get(`0-${n}:24.3.0`) ?? []
  const [number = "", sentIn] = (groups.at(-1) ?? "").split("*", 2)
  const unit = units.get((sentIn ?? groups.at(-2) ?? "").toLowerCase())
  const value = numberOfText(number)
  if (unit === undefined || value === undefined) return undefined
  return { channel: kind, name: `${kind}_${unit}`, value, at: telegramTime(groups[0]) }
}

/** The gas, heat and water meters a telegram speaks of; of each kind the first. */
export const otherMeters = (telegram: Telegram): ReadonlyArray<OtherMeter> => {
  const found = new Map<string, OtherMeter>()
  for (const n of [1, 2, 3, 4]) {
    const meter = readOne(telegram, n)
    if (meter !== undefined && !found.has(meter.channel)) found.set(meter.channel, meter)
  }
  return [...found.values()]
}

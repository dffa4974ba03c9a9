import type { DeviceKey, House } from "../../house/Household.ts"
import { kWh, meteredOf, shown, sumOf, voltageAt } from "../Metered.ts"
import { isTurn, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"

const total = "three totals with three digits of kilowatt-hours each"

/**
 * A Tasmota meter with several channels, which sends arrays. At noon its firmware is brought up to date, and
 * from then on ExportActive is a number where it was an array.
 */
export const tasmotaBoard = (house: House, topic: string, keys: ReadonlyArray<DeviceKey>): Speaker => {
  const channels = keys.map((key) => meteredOf(house, key))
  const numbers = (values: ReadonlyArray<number>, digits: number) =>
    values.map((value) => Number(shown(value, kWh, digits)))
  return {
    format: "tasmota",
    subject: topic,
    tells: [
      {
        channel: "main",
        metered: sumOf(channels),
        directions: "both",
        resolutionWh: channels.length,
        why: total
      },
      ...channels.map((metered, index) => ({
        channel: String(index + 1),
        metered,
        directions: "import" as const,
        resolutionWh: 1,
        why: "Total has three digits of kilowatt-hours"
      }))
    ],
    begin: () => [say(`tele/${topic}/LWT`, "Online", { retain: true })],
    speak: (moment) => {
      if (!isTurn(moment, 5)) return []
      const { at, minute, state, wall } = moment
      const all = channels.map((metered) => metered(state))
      const exported = numbers(
        all.map(({ exportMwh }) => exportMwh),
        3
      )
      const sum = Math.round(exported.reduce((total, one) => total + one, 0) * 1_000) / 1_000
      const Voltage = Math.round(voltageAt(at))
      const ENERGY = {
        TotalStartTime: "2024-03-01T10:00:00",
        Total: numbers(
          all.map(({ importMwh }) => importMwh),
          3
        ),
        Today: all.map(() => minute / 100),
        Yesterday: all.map(() => 12.5),
        Period: all.map(({ powerW }) => Math.max(0, Math.round(powerW / 12))),
        ExportActive: minute < 12 * 60 ? exported : sum,
        ...(minute < 12 * 60 ? {} : { ExportTariff: [sum, 0] }),
        Power: all.map(({ powerW }) => powerW),
        Voltage,
        Current: all.map(({ powerW }) => Math.round(Math.abs(powerW / Voltage) * 1_000) / 1_000)
      }
      return [say(`tele/${topic}/SENSOR`, { Time: wall, ENERGY })]
    }
  }
}

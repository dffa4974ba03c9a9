import type { House } from "../../house/Household.ts"
import { readings } from "../../house/Readings.ts"
import { meteredOf, shown, Wh } from "../Metered.ts"
import { isTurn, type Moment, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"
import { makeChanges, notification } from "./changes.ts"

const letters = ["a", "b", "c"] as const

/**
 * A Shelly Pro 3EM at the grid: power by phase in one component, of which only what changed is told, and
 * registers in another.
 */
export const shellyEm = (house: House, prefix: string): Speaker => {
  const metered = meteredOf(house, "grid")
  const grid = house.devices.find(({ key }) => key === "grid")?.id
  const changesOfPower = makeChanges()
  const phasesOf = ({ state }: Moment): Record<string, number> => {
    const phases = readings(house, state).filter(
      ({ channel, deviceId }) => deviceId === grid && channel !== "main"
    )
    return Object.fromEntries(
      letters.flatMap((letter, i) => {
        const { currentA = 0, powerW = 0, voltageV = 230 } = phases[i] ?? {}
        return [
          [`${letter}_act_power`, powerW],
          [`${letter}_voltage`, voltageV],
          [`${letter}_current`, Math.abs(currentA)]
        ]
      })
    )
  }
  return {
    format: "shelly-gen2",
    subject: prefix,
    tells: [
      {
        channel: "main",
        metered,
        directions: "both",
        resolutionWh: 0.01,
        why: "registers have two digits of watt-hours"
      }
    ],
    begin: () => [say(`${prefix}/online`, "true", { retain: true })],
    speak: (moment) => {
      if (!isTurn(moment, 1)) return []
      const { exportMwh, importMwh, powerW } = metered(moment.state)
      const now = changesOfPower({ total_act_power: powerW, ...phasesOf(moment) })
      const counted = {
        id: 0,
        total_act: Number(shown(importMwh, Wh, 2)),
        total_act_ret: Number(shown(exportMwh, Wh, 2))
      }
      // Registers are told whole once a minute, and power follows in a message of its own.
      const parts = [
        { name: "emdata:0", changed: counted, afterMs: 0 },
        { name: "em:0", changed: now, afterMs: 250 }
      ]
      return parts.flatMap(({ afterMs, changed, name }) => {
        if (changed === undefined) return []
        const params = notification(prefix, moment.at + afterMs, "NotifyStatus", { [name]: changed })
        return [say(`${prefix}/events/rpc`, params, { qos: 1, afterMs })]
      })
    }
  }
}

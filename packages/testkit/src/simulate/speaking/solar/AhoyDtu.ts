import type { House } from "../../house/Household.ts"
import { kWh, meteredOf, partOf, shown, Wh } from "../Metered.ts"
import { isTurn, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"
import { openDtuPart } from "./OpenDtu.ts"
import { Today } from "./Today.ts"

/** The minutes of the day at which it has lost its yield; twice it has for ten minutes. */
const blips = new Set([75, 190, 195, 310, 1_390, 1_395])

/** An inverter read by AhoyDTU, which says 0 for the yield of its whole life now and then at night. */
export const ahoyDtu = (house: House, name: string): Speaker => {
  const metered = partOf(meteredOf(house, "photovoltaics"), 1_000 - openDtuPart)
  const today = new Today()
  const kept = (topic: string, payload: string) => say(`inverter/${name}/${topic}`, payload, { retain: true })
  return {
    format: "ahoydtu",
    subject: name,
    tells: [
      {
        channel: "main",
        metered,
        directions: "export",
        resolutionWh: 1,
        why: "YieldTotal has three digits of kilowatt-hours"
      }
    ],
    speak: (moment) => {
      if (!isTurn(moment, 5)) return []
      const { date, minute, state } = moment
      const { exportMwh, powerW } = metered(state)
      const isBlip = powerW === 0 && blips.has(minute)
      return [
        kept("available", powerW < 0 ? "2" : "0"),
        kept("ch0/P_AC", (0 - powerW).toFixed(3)),
        kept("ch0/YieldDay", `${shown(today.read(exportMwh, date, minute), Wh, 0)}.000`),
        kept("ch0/YieldTotal", isBlip ? "0.000" : shown(exportMwh, kWh, 3))
      ]
    }
  }
}

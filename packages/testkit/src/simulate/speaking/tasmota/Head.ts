import type { House } from "../../house/Household.ts"
import { kWh, meteredOf, shown } from "../Metered.ts"
import { isTurn, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"

/**
 * An optical head before a smart meter: its owner chose the names, of which one is German, and power is
 * negative while energy is given away. Somebody has to say what `Einspeisung` means.
 */
export const tasmotaHead = (house: House, topic: string): Speaker => {
  const metered = meteredOf(house, "grid")
  return {
    format: "tasmota",
    subject: topic,
    tells: [
      {
        channel: "main",
        metered,
        directions: "both",
        resolutionWh: 0.1,
        why: "the meter shows four digits of kilowatt-hours"
      }
    ],
    begin: () => [say(`tele/${topic}/LWT`, "Online", { retain: true })],
    speak: (moment) => {
      if (!isTurn(moment, 1)) return []
      const { exportMwh, importMwh, powerW } = metered(moment.state)
      const SML = {
        Total_in: Number(shown(importMwh, kWh, 4)),
        Einspeisung: Number(shown(exportMwh, kWh, 4)),
        Power_curr: powerW,
        Meter_Number: "0a01454d480000b1c2d3"
      }
      return [say(`tele/${topic}/SENSOR`, { Time: moment.wall, SML })]
    }
  }
}

import type { House } from "../../house/Household.ts"
import { kWh, meteredOf, partOf, shown, voltageAt, Wh } from "../Metered.ts"
import { isTurn, type Moment, type Speaker, type Tells } from "../Speaker.ts"
import { type Said, say } from "../Spoken.ts"
import { Today } from "./Today.ts"

const base = "solar"

/** The part of the panels that this inverter has. */
export const openDtuPart = 600

const tells = (house: House, channel: string, thousandths: number): Tells => ({
  channel,
  metered: partOf(meteredOf(house, "photovoltaics"), thousandths),
  directions: "export",
  resolutionWh: 1,
  why: "yieldtotal has three digits of kilowatt-hours"
})

const kept = (topic: string, payload: string): Said => say(`${base}/${topic}`, payload, { retain: true })

/**
 * An inverter read by OpenDTU: bare numbers that the broker keeps, watt-hours of the day beside
 * kilowatt-hours of its life. At night the inverter sleeps and its last values are repeated.
 */
export const openDtu = (house: House, serial: string): Speaker => {
  const own = tells(house, "main", openDtuPart)
  const string = tells(house, "1", openDtuPart)
  const today = new Today()
  let wokeAt = 0
  const speak = (moment: Moment): ReadonlyArray<Said> => {
    if (!isTurn(moment, 5)) return []
    const { at, date, minute, state } = moment
    const { exportMwh, powerW } = own.metered(state)
    const isAwake = powerW < 0
    if (isAwake) wokeAt = at
    const watts = (0 - powerW).toFixed(1)
    const total = shown(exportMwh, kWh, 3)
    return [
      kept(`${serial}/0/power`, watts),
      kept(`${serial}/0/yieldday`, shown(today.read(exportMwh, date, minute), Wh, 0)),
      kept(`${serial}/0/yieldtotal`, total),
      kept(`${serial}/0/voltage`, isAwake ? voltageAt(at).toFixed(1) : "0.0"),
      kept(`${serial}/1/power`, watts),
      kept(`${serial}/1/yieldtotal`, total),
      kept(`${serial}/status/reachable`, isAwake ? "1" : "0"),
      kept(`${serial}/status/last_update`, String(Math.floor(wokeAt / 1_000)))
    ]
  }
  return {
    format: "opendtu",
    subject: serial,
    tells: [own, string],
    begin: () => [kept("dtu/status", "online"), kept(`${serial}/name`, "South roof")],
    speak
  }
}

/**
 * What OpenDTU says of all inverters together: its yield of the day stays on that of the day before until six
 * in the morning.
 */
export const openDtuTotal = (house: House): Speaker => {
  const own = tells(house, "main", openDtuPart)
  const today = new Today(6 * 60)
  return {
    format: "opendtu",
    subject: `${base}/ac`,
    tells: [own],
    speak: (moment) => {
      if (!isTurn(moment, 5)) return []
      const { exportMwh, powerW } = own.metered(moment.state)
      return [
        kept("ac/power", (0 - powerW).toFixed(1)),
        kept("ac/yieldday", shown(today.read(exportMwh, moment.date, moment.minute), Wh, 0)),
        kept("ac/yieldtotal", shown(exportMwh, kWh, 3))
      ]
    }
  }
}

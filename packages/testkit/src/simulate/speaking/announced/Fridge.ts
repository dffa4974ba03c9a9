import type { House } from "../../house/Household.ts"
import { meteredOf, shown, Wh } from "../Metered.ts"
import { isTurn, type Speaker } from "../Speaker.ts"
import { type Said, say } from "../Spoken.ts"
import { Today } from "../solar/Today.ts"

const sensor = (id: string, over: object) => ({
  p: "sensor",
  uniq_id: `fridge_${id}`,
  val_tpl: `{{ value_json.${id} }}`,
  ...over
})

const announcement: Said = say(
  "homeassistant/device/fridge/config",
  {
    dev: { ids: "fridge", name: "Fridge", mdl: "Plug" },
    o: { name: "example", sw: "2.0" },
    stat_t: "plugs/fridge",
    avty: [{ t: "plugs/fridge/online" }],
    cmps: {
      power: sensor("power", { dev_cla: "power", unit_of_meas: "W", stat_cla: "measurement" }),
      energy: sensor("energy", { dev_cla: "energy", unit_of_meas: "Wh", stat_cla: "total_increasing" }),
      energy_today: sensor("energy_today", {
        name: "Energy today",
        dev_cla: "energy",
        unit_of_meas: "kWh",
        stat_cla: "total_increasing"
      })
    }
  },
  { retain: true, qos: 1 }
)

/**
 * A plug that announces itself in the form for devices: watt-hours of its life beside kilowatt-hours of
 * today.
 */
export const announcedFridge = (house: House): Speaker => {
  const metered = meteredOf(house, "fridge")
  const today = new Today()
  return {
    format: "homeassistant",
    subject: "fridge",
    tells: [
      {
        channel: "main",
        metered,
        directions: "import",
        resolutionWh: 1,
        why: "the register has whole watt-hours"
      }
    ],
    begin: () => [announcement, say("plugs/fridge/online", "online", { retain: true })],
    speak: (moment) => {
      if (!isTurn(moment, 5)) return []
      const { importMwh, powerW } = metered(moment.state)
      const energy_today = today.read(importMwh, moment.date, moment.minute) / 1_000_000
      const state = { power: powerW, energy: Number(shown(importMwh, Wh, 0)), energy_today }
      // The broker keeps its state, so whoever comes is told an old one.
      return [say("plugs/fridge", state, { qos: 1, retain: true })]
    }
  }
}

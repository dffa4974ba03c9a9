import type { House } from "../../house/Household.ts"
import { kWh, meteredOf, shown } from "../Metered.ts"
import { isTurn, type Moment, type Speaker } from "../Speaker.ts"
import { type Said, say } from "../Spoken.ts"

/** The minute of the day at which its outdoor thermometer is taken away. */
export const removedMinute = 15 * 60

const place = "pumps/heat"

const announcement = (id: string, over: object): Said =>
  say(
    `homeassistant/sensor/pump/${id}/config`,
    {
      "~": place,
      uniq_id: `pump_${id}`,
      avty_t: "~/online",
      dev: { ids: ["pump"], name: "Heat pump", mf: "Example", sw: "1.4" },
      ...over
    },
    { retain: true, qos: 1 }
  )

const outdoor = announcement("outdoor", {
  name: "Outdoor",
  stat_t: "~/outdoor",
  dev_cla: "temperature",
  unit_of_meas: "°C",
  stat_cla: "measurement"
})

const announcements: ReadonlyArray<Said> = [
  announcement("power", {
    name: "Power",
    stat_t: "~/state",
    dev_cla: "power",
    unit_of_meas: "kW",
    stat_cla: "measurement",
    val_tpl: "{{ value_json.draw.kw }}"
  }),
  announcement("energy", {
    name: "Energy",
    stat_t: "~/state",
    dev_cla: "energy",
    unit_of_meas: "kWh",
    stat_cla: "total_increasing",
    val_tpl: "{{ value_json['energy'] | float(0) }}"
  }),
  outdoor
]

/**
 * A heat pump that announces each of its entities to Home Assistant: short names, a base topic, templates,
 * kilowatts. Once it knows its register not and says null; in the afternoon its thermometer is taken away,
 * and says a last word nevertheless.
 */
export const announcedPump = (house: House): Speaker => {
  const metered = meteredOf(house, "heatPump")
  const stateOf = ({ minute, state }: Moment) => {
    const { importMwh, powerW } = metered(state)
    const energy = minute === 11 * 60 ? null : Number(shown(importMwh, kWh, 2))
    return { draw: { kw: powerW / 1_000 }, energy }
  }
  const speak = (moment: Moment): ReadonlyArray<Said> => {
    const { minute, state } = moment
    if (!isTurn(moment, 5)) return []
    const said = [say(`${place}/state`, stateOf(moment), { qos: 1 })]
    // It announces itself again whenever Home Assistant starts.
    if (minute === 9 * 60) said.unshift(...announcements)
    if (minute === removedMinute) said.push({ ...outdoor, payload: "" })
    if (minute < removedMinute || minute === removedMinute + 5) {
      said.push(say(`${place}/outdoor`, state.outdoorC.toFixed(1)))
    }
    return said
  }
  return {
    format: "homeassistant",
    subject: "pump",
    tells: [
      {
        channel: "main",
        metered,
        directions: "import",
        resolutionWh: 10,
        why: "the register has two digits of kilowatt-hours"
      }
    ],
    begin: () => [...announcements, say(`${place}/online`, "online", { retain: true })],
    speak
  }
}

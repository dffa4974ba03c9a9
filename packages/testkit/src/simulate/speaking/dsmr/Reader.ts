import type { House } from "../../house/Household.ts"
import { meteredOf } from "../Metered.ts"
import { isTurn, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"
import { gasAt, Tariffs, toldOf } from "./Tariffs.ts"

/**
 * The same meter read by dsmr-reader, which publishes each field under a topic of its own and every ten
 * minutes the whole telegram as JSON; all numbers are texts, and "delivered" is delivered to the household.
 */
export const dsmrReader = (house: House): Speaker => {
  const metered = meteredOf(house, "grid")
  const tariffs = new Tariffs()
  return {
    format: "dsmr-reader",
    subject: "dsmr",
    tells: [toldOf(metered)],
    speak: (moment) => {
      tariffs.count(metered(moment.state), moment)
      if (!isTurn(moment, 5)) return []
      const { powerW } = metered(moment.state)
      const [t1, t2, r1, r2] = tariffs.shown()
      const gas = gasAt(moment.at)
      const fields = {
        electricity_delivered_1: t1,
        electricity_delivered_2: t2,
        electricity_returned_1: r1,
        electricity_returned_2: r2,
        electricity_currently_delivered: (Math.max(0, powerW) / 1_000).toFixed(3),
        electricity_currently_returned: (Math.max(0, -powerW) / 1_000).toFixed(3)
      }
      const single = Object.entries(fields).map(([name, value]) =>
        say(`dsmr/reading/${name}`, value, { qos: 1, afterMs: 400 })
      )
      const whole = {
        id: Math.floor(moment.at / 1_000),
        timestamp: new Date(moment.at).toISOString().replace(".000", ""),
        ...fields,
        extra_device_timestamp: new Date(gas.at).toISOString().replace(".000", ""),
        extra_device_delivered: gas.volume
      }
      const cost = say("dsmr/day-consumption/electricity1", "1.204", { afterMs: 400 })
      return isTurn(moment, 10) ? [say("dsmr/json", whole, { qos: 1 }), ...single, cost] : single
    }
  }
}

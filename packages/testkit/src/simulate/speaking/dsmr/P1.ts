import type { House } from "../../house/Household.ts"
import { meteredOf } from "../Metered.ts"
import { isTurn, type Moment, momentOf, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"
import { checksum } from "./checksum.ts"
import { gasAt, isLow, Tariffs, toldOf } from "./Tariffs.ts"

/** The minute of the day at which a telegram is damaged on its way. */
export const damagedMinute = 10 * 60 + 17

/** Year to second on the wall, then S in summer and W in winter, which tells the hour that comes twice. */
const stamp = ({ offsetMs, wall }: Pick<Moment, "offsetMs" | "wall">): string =>
  wall.slice(2).replace(/[-T:]/g, "") + (offsetMs > 3_600_000 ? "S" : "W")

/** A meter's own number is sent as the codes of its characters. */
const inHex = (text: string): string => text.replace(/./g, (sign) => sign.charCodeAt(0).toString(16))

const kW = (watts: number): string => (watts / 1_000).toFixed(3).padStart(6, "0")

/** The telegrams of a smart meter, as they come out of its port. */
export const p1Meter = (house: House, topic: string, number: string): Speaker => {
  const metered = meteredOf(house, "grid")
  const tariffs = new Tariffs()
  const telegramOf = (moment: Moment): string => {
    const { powerW } = metered(moment.state)
    const [t1, t2, r1, r2] = tariffs.shown()
    const gas = gasAt(moment.at)
    const gasTime = stamp(momentOf(house, { ...moment.state, at: gas.at }))
    const lines = [
      "/ISK5\\2M550T-1012",
      "",
      "1-3:0.2.8(50)",
      `0-0:1.0.0(${stamp(moment)})`,
      `0-0:96.1.1(${inHex(number)})`,
      `1-0:1.8.1(${t1.padStart(10, "0")}*kWh)`,
      `1-0:1.8.2(${t2.padStart(10, "0")}*kWh)`,
      `1-0:2.8.1(${r1.padStart(10, "0")}*kWh)`,
      `1-0:2.8.2(${r2.padStart(10, "0")}*kWh)`,
      `0-0:96.14.0(${isLow(moment) ? "0001" : "0002"})`,
      `1-0:1.7.0(${kW(Math.max(0, powerW))}*kW)`,
      `1-0:2.7.0(${kW(Math.max(0, -powerW))}*kW)`,
      "0-1:24.1.0(003)",
      "0-1:96.1.0(4730303339303031373334)",
      `0-1:24.2.1(${gasTime})(${gas.volume.padStart(9, "0")}*m3)`,
      "!"
    ]
    const body = lines.join("\r\n")
    return `${body}${checksum(body)}\r\n`
  }
  return {
    format: "dsmr",
    subject: number,
    tells: [toldOf(metered)],
    speak: (moment) => {
      tariffs.count(metered(moment.state), moment)
      if (!isTurn(moment, 1)) return []
      const telegram = telegramOf(moment)
      const sent = moment.minute === damagedMinute ? telegram.replace("1-0:1.8.1(0", "1-0:1.8.1(9") : telegram
      return [say(topic, sent, { qos: 1 })]
    }
  }
}
